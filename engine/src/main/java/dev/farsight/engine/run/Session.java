package dev.farsight.engine.run;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.pipeline.Lane;
import dev.farsight.engine.pipeline.LaneParts;
import dev.farsight.engine.pipeline.Pipeline;
import dev.farsight.engine.pipeline.Transfers;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.sharding.ShardingPlan;
import dev.farsight.engine.share.RowProcesses;
import dev.farsight.engine.tier.RamTier;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The opened parts of a run. Owns none of them.
 *
 * @param processes that train together; of devices and lanes, the session has those of this one
 * @param rowProcesses which of them has which rows; null if there is one
 * @param store the outermost store: it keeps the rows of checkpoints, above the RAM tier, above the
 *     configured store
 * @param ramTier the tier of memory in {@code store}; null if there is none
 * @param plan how rows are divided over ranks
 * @param devices by rank
 * @param lanes by rank
 * @param hashing threads that hash weights
 * @param carrierBytes by rank: bytes of the carriers of batches and plans, if the device's memory
 *     is the host's; otherwise 0
 * @param checkpoints null if the run writes none
 * @param modelSeed seed of the initial rows and dense parameters
 * @param loadedUpdates how many updates the optimizer state had seen before the run
 * @param description what predictions depend on beside the weights
 */
public record Session(
    EngineSettings settings,
    Processes processes,
    RowProcesses rowProcesses,
    DataSource data,
    RowStore store,
    RamTier ramTier,
    ShardingPlan plan,
    List<ComputeBackend> devices,
    List<LaneParts> lanes,
    Pipeline pipeline,
    Transfers transfers,
    Workers hashing,
    List<Long> carrierBytes,
    Checkpoints checkpoints,
    long modelSeed,
    OptimizerUpdates loadedUpdates,
    ModelDescription description) {

  /** The ranks of this process. */
  public OwnRanks ranks() {
    return processes.ranks(lanes.size());
  }

  /**
   * Ends the run in all processes, because this one cannot go on. Any thread.
   *
   * @param failure as {@link Processes#told} gives it
   */
  public void abort(Throwable failure) {
    if (!processes.haveAgreedOn(failure)) {
      pipeline.abort(failure);
      processes.abort(failure);
    }
  }

  /** Name of the cache policy. */
  public String policyName() {
    return settings.farsight().section("cache").string("policy");
  }

  /** The checkpoint that the run continues from; empty if it starts from the beginning. */
  public Optional<ResumePoint> resumePoint() {
    return checkpoints == null ? Optional.empty() : checkpoints.resumePoint();
  }

  /** The step that the run continues from; 0 if it starts from the beginning. */
  public long resumedStep() {
    return resumePoint().map(ResumePoint::step).orElse(0L);
  }

  /** The dense parameters, which are the same on all ranks. */
  public DenseState dense() {
    return EqualDense.of(lanes.stream().map(parts -> parts.lane().step().dense()).toList());
  }

  /** Rows that the slots of all ranks hold. */
  public long slots() {
    return plan.sharding().columns() ? lanes.get(0).residency().slots() : slotsOfAll();
  }

  /** Slots of all ranks. */
  public long slotsOfAll() {
    return lanes.stream().mapToLong(parts -> parts.residency().slots()).sum();
  }

  /** Writes which rows are in the slots, and what policies know. All rows are clean. */
  public void saveCaches(DataOutput out) throws IOException {
    for (LaneParts parts : lanes) {
      parts.residency().save(out);
    }
  }

  /** Reads what {@link #saveCaches} wrote. */
  public void restoreCaches(DataInput in) throws IOException {
    for (LaneParts parts : lanes) {
      parts.residency().restore(in);
    }
  }

  /** Name of the GPUs, for reports; null for CPUs. */
  public String gpu() {
    return devices.get(0).gpu();
  }

  /** Bytes that all devices hold, see {@link #deviceBytes(int)}. */
  public long deviceBytes() {
    return IntStream.range(0, lanes.size()).mapToLong(this::deviceBytes).sum();
  }

  /** Bytes that a device holds: slots, values, and carriers if its memory is the host's. */
  public long deviceBytes(int rank) {
    Lane lane = lanes.get(rank).lane();
    return carrierBytes.get(rank) + lane.memory().deviceBytes() + lane.step().deviceBytes();
  }
}
