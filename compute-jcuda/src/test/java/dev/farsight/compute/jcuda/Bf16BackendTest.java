package dev.farsight.compute.jcuda;

/** Values and products in bfloat16. */
class Bf16BackendTest extends RoundedContract {

  Bf16BackendTest() {
    super(Precision.BF16, 3, 0x1p-9);
  }
}
