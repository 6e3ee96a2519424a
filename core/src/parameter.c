#include "parameter.h"
