package dev.farsight.compute.jcuda;

/** Products in TF32. */
class Tf32BackendTest extends RoundedContract {

  Tf32BackendTest() {
    super(Precision.TF32, 2, 0x1p-10);
  }
}
