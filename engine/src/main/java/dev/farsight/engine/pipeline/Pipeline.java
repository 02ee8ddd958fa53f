package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.process.ProcessException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs batches through the stages, which overlap:
 *
 * <pre>
 * ReadStage       next batch                                       L + planned + 1 batches in use
 * SearchStage     indices to a device that searches
 * DedupeStage     unique rows of the batch
 * PlanStage       next uses (look-ahead), plan                     planned + 2 plans in use
 * OrderStage      order of lookups by row                          beside fetch
 * FetchStage      store -> in-ring
 * LaneStage       evict, insert, step                              in plan order
 * StepsStage      waits for steps, hands results on
 * WriteBackStage  out-ring -> store
 * </pre>
 *
 * <p>Each stage runs on a thread named {@code farsight-STAGE} that lives for one phase. Stages hand
 * over only through {@link StageProgress}. In the steady state no stage allocates. With several
 * ranks, all stages but steps exist once for each rank; a {@link MergeStage} before planning puts
 * together what all ranks ask of one; and all lanes begin a step, or none.
 *
 * <p>With several ranks, a device that does not answer is given up, see {@link DeviceWatch}: its
 * rows stay where they are, and those of the others are settled.
 *
 * <p>If a stage fails or {@link #stop} is called, plans that the lane has not begun are undone, so
 * slots and residency agree and every trained row can be flushed. The first failure is thrown once
 * all stages have ended.
 */
public final class Pipeline {

  private final List<LaneParts> lanes;
  private final RowStore store;
  private final List<Stage> stages;

  /** The stages that each rank has, by rank. */
  private final List<List<Stage>> stagesByLane = new ArrayList<>();

  private final FirstSteps firstSteps;
  private final CpuMeter cpu = new CpuMeter();

  /** Null if there is one process. */
  private final Agreement agreement;

  private final List<WriteBackStage> writeBacks = new ArrayList<>();

  /** By lane. */
  private final LaneTickets[] tickets;

  private volatile boolean stopping;

  /** State of the phase in progress, or of the last one; null before the first. */
  private volatile PhaseState state;

  /**
   * @param lanes of all ranks; carriers for at least {@code batchesAhead + planned + 1} batches and
   *     {@code planned + 2} plans. The pipeline owns nothing of it
   * @param batchesAhead batches of the look-ahead, including the one being planned
   * @param planned how many plans may run ahead of the lane
   * @param updatesRows whether training changes rows; false if rows are frozen
   * @param ranks that the lanes are of
   */
  public Pipeline(
      List<LaneParts> lanes,
      RowStore store,
      int batchesAhead,
      int planned,
      boolean updatesRows,
      OwnRanks ranks) {
    for (LaneParts parts : lanes) {
      Carriers carriers = parts.carriers();
      if (carriers.batches() < batchesAhead + planned + 1 || carriers.plans() < planned + 2) {
        throw new IllegalArgumentException("too few carriers");
      }
    }
    this.lanes = List.copyOf(lanes);
    this.store = store;
    tickets = new LaneTickets[lanes.size()];
    firstSteps = new FirstSteps(this.lanes);
    agreement =
        ranks.areAll()
            ? null
            : new Agreement(lanes.get(0).carriers().batches(), ranks.first() == 0);
    stages = stages(batchesAhead, planned, updatesRows, ranks.all());
  }

  private List<Stage> stages(int batchesAhead, int planned, boolean updatesRows, int ranks) {
    List<Stage> all = new ArrayList<>();
    for (int index = 0; index < tickets.length; index++) {
      LaneParts parts = lanes.get(index);
      tickets[index] = new LaneTickets(parts.carriers().plans());
      List<Stage> own = new ArrayList<>();
      own.add(new ReadStage(lanes, index, agreement));
      own.add(new SearchStage(lanes, index));
      own.add(new DedupeStage(lanes, index, store, updatesRows));
      AskStage asks = agreement == null ? null : new AskStage(lanes, index, agreement);
      if (asks != null) {
        own.add(asks);
      }
      if (parts.merge() != null) {
        own.add(new MergeStage(lanes, index, asks, ranks, store, updatesRows));
      }
      own.add(new PlanStage(lanes, index, batchesAhead, planned));
      own.add(new OrderStage(lanes, index));
      own.add(new FetchStage(lanes, index));
      own.add(new LaneStage(lanes, tickets[index], index, this::stopsAtOnce));
      all.addAll(own);
      var writeBack = new WriteBackStage(lanes, tickets[index], index);
      writeBacks.add(writeBack);
      own.add(writeBack);
      stagesByLane.add(own);
    }
    all.add(new StepsStage(lanes, tickets, firstSteps));
    all.addAll(writeBacks);
    return List.copyOf(all);
  }

  /**
   * Ends the phase in progress after the current step, and later phases at once. With several
   * processes, all of them stop, a few steps later. Any thread.
   */
  public void stop() {
    if (agreement != null) {
      agreement.stop();
      return;
    }
    stopping = true;
    PhaseState current = state;
    if (current != null) {
      current.read().finish();
    }
  }

  /** Whether phases end at once. With several processes, the same in all of them between phases. */
  public boolean stopped() {
    return agreement == null ? stopping : agreement.stops();
  }

  /** Whether the last phase ended because it was {@linkplain Phase#pauseDue due to pause}. */
  public boolean paused() {
    return agreement != null && agreement.pauses();
  }

  /** A stop that is agreed with other processes ends the phase at the batch that they know of. */
  private boolean stopsAtOnce() {
    return stopping;
  }

  /**
   * Runs a phase to its end, a failure or a stop. Afterwards nothing is in progress, and every
   * evicted row is in the store, unless writing it back was what failed.
   *
   * @return seconds that each stage worked
   * @throws FarsightException the first failure of a stage
   */
  public StageTimes run(Phase phase) {
    writeBacks.forEach(WriteBackStage::complete);
    if (phase.training()) {
      lanes.forEach(parts -> parts.lane().step().resume());
    }
    var current = new PhaseState(phase, lanes.get(0).residency().nextPlan(), lanes.size());
    lanes.forEach(parts -> parts.gates().begin(current));
    stages.forEach(stage -> stage.begin(current));
    firstSteps.begin(phase);
    state = current;
    if (agreement != null) {
      agreement.begin();
    }
    // A stop before the assignment did not see this phase.
    if (stopped()) {
      current.read().finish();
    }
    var threads =
        new StageThreads(
            current, this::stopsAtOnce, Thread::new, this::abortOthers, this::abortAsks, cpu);
    cpu.begin();
    threads.run(stages);
    cpu.end();
    threads.firstFailure().ifPresent(this::abort);
    settle(current, threads);
    threads.throwFailure();
    return times();
  }

  /**
   * Seconds that each stage has worked in the phase in progress, or in the last one; with several
   * ranks, the mean over them. Any thread; stages that are at work are counted up to their last
   * batch.
   */
  public StageTimes times() {
    return StageTimes.mean(timesByRank());
  }

  /** CPU seconds that the process took in the last phase that has ended. Any thread. */
  public CpuTimes cpuTimes() {
    return cpu.times();
  }

  /**
   * As {@link #times}, of each rank by itself. If one reader serves all ranks, each of them has its
   * time.
   */
  public List<StageTimes> timesByRank() {
    return stagesByLane.stream().map(this::times).toList();
  }

  private StageTimes times(List<Stage> own) {
    return new StageTimes(
        Math.max(seconds(stagesByLane.get(0), ReadStage.class), seconds(own, ReadStage.class)),
        seconds(own, SearchStage.class)
            + seconds(own, DedupeStage.class)
            + seconds(own, AskStage.class)
            + seconds(own, MergeStage.class),
        seconds(own, PlanStage.class),
        seconds(own, OrderStage.class),
        seconds(own, FetchStage.class),
        seconds(own, LaneStage.class),
        seconds(own, WriteBackStage.class));
  }

  /** Of the stage of a kind, if there is one. */
  private static double seconds(List<Stage> own, Class<? extends Stage> kind) {
    return own.stream()
        .filter(kind::isInstance)
        .mapToDouble(stage -> stage.clock().seconds())
        .sum();
  }

  /**
   * Makes residency, slots and store agree, however the phase ended: writes back what each lane has
   * moved, and undoes the plans that it has not begun.
   */
  private void settle(PhaseState ended, StageThreads threads) {
    awaitSteps(ended, threads);
    for (int index = 0; index < lanes.size(); index++) {
      WriteBackStage writeBack = writeBacks.get(index);
      writeBack.ended(ended);
      threads.attempt(watch(index), writeBack::complete);
    }
    for (int index = 0; index < lanes.size(); index++) {
      int lane = index;
      threads.attempt(watch(index), () -> undoUnmoved(ended, lane));
    }
  }

  /** All lanes have begun the same batches, unless one has failed, which ends the run. */
  private void undoUnmoved(PhaseState ended, int index) {
    LaneParts parts = lanes.get(index);
    LaneProgress progress = ended.lane(index);
    for (long n = progress.plan().done() - 1; n >= progress.move().done(); n--) {
      parts.residency().undo(parts.carriers().plan(n));
    }
    parts.residency().drained();
  }

  /** A rank's device has ceased to answer: the devices of others must not wait for it. */
  private void abortOthers(RankException lost) {
    lanes.get(lost.rank() - lanes.get(0).rank()).lane().abort(lost);
  }

  /**
   * A stage has failed: no further batch will be asked for. The stages of other processes wait for
   * what lies ahead of the batches that they plan, and would not come to the last step of this one.
   */
  private void abortAsks(Throwable failure) {
    if (agreement != null) {
      Throwable told = ProcessException.of(failure);
      lanes.forEach(parts -> parts.asks().abort(told));
    }
  }

  /**
   * Ends the run in all processes, because this one cannot go on: others wait for it. Those that
   * know of a failure already are not disturbed. Does nothing if there is one process.
   */
  public void abort(Throwable failure) {
    if (agreement != null) {
      Throwable told = ProcessException.of(failure);
      lanes.forEach(
          parts -> {
            parts.lane().abort(told);
            parts.asks().abort(told);
          });
    }
  }

  private DeviceWatch watch(int lane) {
    return lanes.get(lane).lane().watch();
  }

  /** Waits for the steps that devices were given after the one that the steps stage failed at. */
  private void awaitSteps(PhaseState ended, StageThreads threads) {
    for (int lane = 0; lane < tickets.length; lane++) {
      LaneTickets own = tickets[lane];
      DeviceWatch watch = watch(lane);
      long end = ended.lane(lane).launch().done();
      for (long n = ended.steps().done(); n < end; n++) {
        long step = n;
        threads.attempt(watch, () -> watch.await("end a step", () -> own.awaitStep(step)));
      }
    }
  }

  /**
   * Writes back evicted rows that could not be written when the last phase ended. Their only copies
   * are in the out-ring, so nothing may be moved there before. For the thread that runs phases.
   */
  public void completeWriteBacks(int rank) {
    writeBacks.get(rank).complete();
  }
}
