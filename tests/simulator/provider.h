/*
 * Whose documentation has a field: a request is held against all of them together, or against one
 * when the path says strict=NAME.
 */
#ifndef SIMULATOR_PROVIDER_H
#define SIMULATOR_PROVIDER_H

enum provider {
    STEPFUN = 1,
    AIMLAPI = 2,
    OPENROUTER = 4,
    LOCAL = 8,      /* vLLM, SGLang, llama-server and their kind */
    ANTHROPIC = 16, /* whose Messages API StepFun's follows */
    EVERYONE = 31,
};

#endif
