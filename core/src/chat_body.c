#include "dialect.h"
