// How the rows of a feature's bags become one vector.
//
// FEATURES   features
// KINDS      a list: SUM, MEAN or MAX for each feature; ONE_HOT or HAS_WEIGHTS may be added

#define SUM 0
#define MEAN 1
#define MAX 2
#define POOLING 3
#define ONE_HOT 4
#define HAS_WEIGHTS 8

__constant__ int kinds[FEATURES] = {KINDS};
