package dev.farsight.compute.jcuda;

import java.util.List;

/**
 * The commands of the loss. The first loss of a training step that is not finite sets a flag on the
 * device. While it is set, the kernels that update parameters and rows do nothing: the steps that
 * are already on their way change nothing either. Cost: each of these kernels reads one word.
 */
final class Loss {

  /** As in loss.cu. */
  private static final int SAMPLES_A_BLOCK = 256;

  private final StepKernels kernels;
  private final int blocks;
  private final long sums;
  private final long halted;

  Loss(StepKernels kernels, int batchSize, DeviceMemory memory) {
    this.kernels = kernels;
    this.blocks = (batchSize + SAMPLES_A_BLOCK - 1) / SAMPLES_A_BLOCK;
    this.sums = memory.allocate("the loss", (long) blocks * Double.BYTES);
    this.halted = memory.allocate("the loss", Integer.BYTES);
  }

  /** Address of the flag, an int, that keeps steps from updating. */
  long halted() {
    return halted;
  }

  /** Lets steps update again. */
  Command resume() {
    return new Fill(Stage.LOSS, halted, 1);
  }

  /**
   * The loss and, unless {@code dz} is null, the gradient of the logits {@code z}.
   *
   * @param training whether a loss that is not finite sets the flag
   */
  List<Command> commands(Value z, Value dz, boolean training) {
    return List.of(
        samples(z, dz), kernels.ofBatch(Stage.LOSS, "loss_finish", sums, training ? halted : 0));
  }

  /** The loss of this rank's samples, as {@link #commands}; what it needs of the others follows. */
  List<Command> part(Value z, Value dz, RankExchange exchange) {
    return List.of(samples(z, dz), exchange.lossPart(kernels, sums));
  }

  private Command samples(Value z, Value dz) {
    return eachSample(
        kernels.ofBatch(
            Stage.LOSS,
            "loss_forward",
            z.address(),
            z.wideFlag(),
            z.ld(),
            dz == null ? 0 : dz.address(),
            sums));
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
