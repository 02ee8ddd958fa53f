package dev.farsight.compute.jcuda;

import java.util.List;

/** The commands of the loss. */
final class Loss {

  /** As in loss.cu. */
  private static final int SAMPLES_A_BLOCK = 256;

  private final StepKernels kernels;
  private final int blocks;
  private final long sums;
  private final long address;

  Loss(StepKernels kernels, int batchSize, DeviceMemory memory) {
    this.kernels = kernels;
    this.blocks = (batchSize + SAMPLES_A_BLOCK - 1) / SAMPLES_A_BLOCK;
    this.sums = memory.allocate("the loss", (long) blocks * Double.BYTES);
    this.address = memory.allocate("the loss", Float.BYTES);
  }

  /** Address of the batch's mean loss. */
  long address() {
    return address;
  }

  /** The loss and, unless {@code dz} is null, the gradient of the logits {@code z}. */
  List<Command> commands(Value z, Value dz) {
    return List.of(
        eachSample(
            kernels.ofBatch(
                Stage.LOSS,
                "loss_forward",
                z.address(),
                z.wideFlag(),
                z.ld(),
                dz == null ? 0 : dz.address(),
                sums)),
        kernels.ofBatch(Stage.LOSS, "loss_finish", sums, address));
  }

  /** Adds up the weights of a batch's samples. */
  Command weigh() {
    return kernels.ofBatch(Stage.BATCH_IN, "sum_weights").block(SAMPLES_A_BLOCK, 1);
  }

  /** The logits to the host. */
  Command logitsOut(Value z) {
    return eachSample(kernels.ofBatch(Stage.LOSS, "logits_out", z.address(), z.wideFlag(), z.ld()));
  }

  private Launch eachSample(Launch launch) {
    return launch.grid(blocks, 1).block(SAMPLES_A_BLOCK, 1);
  }
}
