/* Colours by hue, with words of their own for the dark, the pale and the grey. */
#include "colour.h"

static const struct {
    int below; /* degrees */
    const char *word, *dark, *pale;
} hues[] = {
    {15, "red", "red", "pink"},          {45, "orange", "brown", "orange"},
    {70, "yellow", "olive", "yellow"},   {165, "green", "green", "green"},
    {195, "cyan", "cyan", "cyan"},       {255, "blue", "blue", "blue"},
    {290, "purple", "purple", "purple"}, {330, "magenta", "purple", "pink"},
    {345, "pink", "red", "pink"},        {361, "red", "red", "pink"},
};

static const struct {
    int below; /* of 255 */
    const char *word;
} greys[] = {{40, "black"}, {110, "dark grey"}, {170, "grey"}, {225, "light grey"}, {256, "white"}};

static int hue_of(int red, int green, int blue, int high, int range)
{
    int hue;
    if (high == red)
        hue = 60 * (green - blue) / range;
    else if (high == green)
        hue = 120 + 60 * (blue - red) / range;
    else
        hue = 240 + 60 * (red - green) / range;
    return hue < 0 ? hue + 360 : hue;
}

static const char *grey_word(int brightness)
{
    int i = 0;
    while (brightness >= greys[i].below)
        i++;
    return greys[i].word;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

const char *colour_word(unsigned rgb)
{
    int red = (int)(rgb >> 16 & 255), green = (int)(rgb >> 8 & 255), blue = (int)(rgb & 255);
    int low = least(red, least(green, blue));
    int high = 255 - least(255 - red, least(255 - green, 255 - blue));
    int range = high - low, i = 0;
    if (high < 40 || range < 24 || range * 8 < high)
        return grey_word(high);
    int hue = hue_of(red, green, blue, high, range);
    while (hue >= hues[i].below)
        i++;
    if (high < 176)
        return hues[i].dark;
    return high > 200 && range * 2 < high ? hues[i].pale : hues[i].word;
}
