package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.ComputeFactory.Availability;

/**
 * A GPU as its driver describes it.
 *
 * @param major of its compute capability
 * @param minor of its compute capability
 */
record CudaDevice(String name, int major, int minor) {

  /**
   * Whether ND4J can run on it. ND4J's library has machine code for capabilities from 3.7 to 8.6
   * and no PTX to compile for others; 8.9 runs code for 8.6, a new major version runs none of it.
   */
  Availability forNd4j() {
    boolean oldEnough = major <= 8;
    boolean newEnough = major > 3 || (major == 3 && minor >= 7);
    if (oldEnough && newEnough) {
      return Availability.yes(this + ", ND4J on CUDA 11.6");
    }
    String instead =
        oldEnough ? "use compute.backend = nd4j-native" : "use compute.backend = jcuda";
    return Availability.no(
        this + ", but nd4j-cuda runs on compute capability 3.7 to 8.9 only; " + instead);
  }

  @Override
  public String toString() {
    return name + " of compute capability " + major + "." + minor;
  }
}
