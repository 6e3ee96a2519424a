/* A library that is nowhere when a module needs it. */
int nowhere(void);
int nowhere(void)
{
    return 0;
}
