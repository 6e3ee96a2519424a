/* A module that needs it. */
int nowhere(void);
int here(void);
int here(void)
{
    return nowhere();
}
