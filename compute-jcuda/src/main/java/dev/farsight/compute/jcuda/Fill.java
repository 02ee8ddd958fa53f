package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import jcuda.driver.JCudaDriver;

/** Zeroes some words of device memory. */
final class Fill implements Command {

  private final Stage stage;
  private final Device memory;
  private final long words;

  Fill(Stage stage, long address, long words) {
    this.stage = stage;
    this.memory = Device.at(address);
    this.words = words;
  }

  @Override
  public String name() {
    return "zero";
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public void enqueue(Stream stream, long input) {
    check("cuMemsetD32Async", JCudaDriver.cuMemsetD32Async(memory, 0, words, stream));
  }
}
