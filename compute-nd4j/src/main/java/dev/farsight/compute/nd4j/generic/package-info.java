/**
 * Compute in ND4J's backend-neutral operations alone, so that it runs on whatever ND4J backend is
 * on the class path: on a GPU as {@code nd4j-cuda}, and in the tests on nd4j-native.
 */
package dev.farsight.compute.nd4j.generic;
