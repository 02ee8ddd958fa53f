package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.plan.UniqueRows;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs batches through the stages, which overlap:
 *
 * <pre>
 * reader      next batch, its indices to a device that searches     L + planned + 1 batches in use
 * dedupe      unique rows of the batches read
 * planner     next uses (look-ahead), plan                          planned + 2 plans in use
 * order       the order of lookups by row                           beside fetch
 * fetch       store -> in-ring
 * lane        evict, insert, step                                   in plan order
 * steps       waits for steps, hands results on
 * write-back  out-ring -> store
 * </pre>
 *
 * <p>Each stage is a thread named {@code farsight-STAGE} that lives for one phase. Stages hand over
 * by {@link StageProgress} alone. In the steady state none allocates.
 *
 * <p>When a stage fails or {@link #stop} is called, batches that the lane has not begun are taken
 * back from the residency, so slots and residency agree again and everything trained can be
 * flushed. The first failure is thrown once all stages have ended.
 */
public final class Pipeline {

  /** What a pipeline is made of. Not owned by it. */
  public record Parts(
      Residency residency,
      SlotMemory memory,
      CompiledStep step,
      RowStore store,
      UniqueRowSearch search,
      LookupOrder order,
      RowMover fetcher,
      RowMover writer,
      Gates gates,
      HostTrace trace) {}

  private final Parts parts;
  private final int batchesAhead;
  private final int planned;
  private final boolean updatesRows;
  private final LookAhead lookAhead;
  private final Batch[] batches;
  private final UniqueRows[] uniqueRows;
  private final CachePlan[] plans;
  private final StepInput[] inputs;
  private final Ticket[] moveTickets;
  private final Ticket[] stepTickets;
  private volatile boolean stopping;

  // Of the phase under way.
  private Phase phase;
  private long first;
  private volatile StageProgress read;
  private StageProgress dedupe;
  private StageProgress plan;
  private StageProgress order;
  private StageProgress fetch;
  private StageProgress move;
  private StageProgress launch;
  private StageProgress step;
  private StageProgress writeBack;
  private Throwable failure;
  private final Clock reading;
  private final Clock deduping;
  private final Clock planning;
  private final Clock ordering;
  private final Clock fetching;
  private final Clock computing;
  private final Clock writing;

  /** Tells that a phase cannot go on because another stage has ended; never reaches the caller. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Ended() {
      super(null, null, false, false);
    }
  }

  /**
   * When stretches of the rings may be reused: made before the rings, which the residency is made
   * of, and connected to the pipeline by its constructor.
   */
  public static final class Gates {

    private final int forwardWindow;
    private Pipeline pipeline;

    public Gates(int forwardWindow) {
      this.forwardWindow = forwardWindow;
    }

    /** An in-ring stretch is free once its move is done, which the write-back stage waits for. */
    public Ring.Gate in() {
      return (held, planning) -> pipeline.require(pipeline.writeBack, held + 1);
    }

    /** An out-ring stretch is free once written back and no longer forwarded from. */
    public Ring.Gate out() {
      return (held, planning) -> {
        pipeline.require(pipeline.writeBack, held + 1);
        pipeline.require(pipeline.move, Math.min(held + forwardWindow, planning - 1) + 1);
      };
    }
  }

  /**
   * @param batches for reading ahead, {@code lookahead + planned + 1} of them
   * @param inputs for the lane, {@code planned + 2} of them
   * @param plans as many as inputs
   * @param lookAhead null where no one asks for next uses
   * @param updatesRows whether training changes rows (not when they are frozen)
   */
  public Pipeline(
      Parts parts,
      int batchesAhead,
      int planned,
      Batch[] batches,
      StepInput[] inputs,
      CachePlan[] plans,
      LookAhead lookAhead,
      boolean updatesRows) {
    if (batches.length < batchesAhead + planned + 1
        || inputs.length < planned + 2
        || plans.length != inputs.length) {
      throw new IllegalArgumentException("too few carriers");
    }
    this.parts = parts;
    this.batchesAhead = batchesAhead;
    this.planned = planned;
    this.batches = batches;
    this.inputs = inputs;
    this.plans = plans;
    this.lookAhead = lookAhead;
    this.updatesRows = updatesRows;
    uniqueRows = new UniqueRows[batches.length];
    for (int b = 0; b < batches.length; b++) {
      uniqueRows[b] = parts.search().newRows();
    }
    reading = new Clock("read", parts.trace());
    deduping = new Clock("find unique rows", parts.trace());
    planning = new Clock("plan", parts.trace());
    ordering = new Clock("order lookups", parts.trace());
    fetching = new Clock("fetch rows", parts.trace());
    computing = new Clock("feed the lane", parts.trace());
    writing = new Clock("write rows back", parts.trace());
    moveTickets = new Ticket[inputs.length];
    stepTickets = new Ticket[inputs.length];
    parts.gates().pipeline = this;
  }

  /** Ends the phase under way after the step under way; any thread. Later phases end at once. */
  public void stop() {
    stopping = true;
    StageProgress reading = read;
    if (reading != null) {
      reading.finish();
    }
  }

  public boolean stopped() {
    return stopping;
  }

  /**
   * Runs a phase to its end, a failure or a stop. Afterwards nothing is under way, and everything
   * evicted is in the store.
   *
   * @return seconds each stage worked
   * @throws FarsightException the first failure of a stage
   */
  public StageTimes run(Phase phase) {
    this.phase = phase;
    first = parts.residency().nextPlan();
    dedupe = new StageProgress(first);
    plan = new StageProgress(first);
    order = new StageProgress(first);
    fetch = new StageProgress(first);
    move = new StageProgress(first);
    launch = new StageProgress(first);
    step = new StageProgress(first);
    writeBack = new StageProgress(first);
    read = new StageProgress(first);
    failure = null;
    for (Clock clock :
        List.of(reading, deduping, planning, ordering, fetching, computing, writing)) {
      clock.reset();
    }
    if (stopping) {
      read.finish();
    }
    List<Thread> threads = new ArrayList<>();
    threads.add(start("reader", this::read, read));
    threads.add(start("dedupe", this::dedupe, dedupe));
    threads.add(start("planner", this::plan, plan));
    threads.add(start("order", this::order, order));
    threads.add(start("fetch", this::fetch, fetch));
    threads.add(start("lane", this::lane, move, launch));
    threads.add(start("steps", this::steps, step));
    threads.add(start("write-back", this::writeBack, writeBack));
    threads.forEach(Pipeline::join);
    settle();
    if (failure instanceof FarsightException e) {
      throw e;
    }
    if (failure != null) {
      throw new FarsightException("stopped by an error: " + failure, failure);
    }
    return new StageTimes(
        reading.seconds(),
        deduping.seconds(),
        planning.seconds(),
        ordering.seconds(),
        fetching.seconds(),
        computing.seconds(),
        writing.seconds());
  }

  private Thread start(String role, Runnable body, StageProgress... ends) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Ended e) {
                // Another stage has ended; it has said why.
              } catch (Throwable t) {
                failed(t);
              } finally {
                for (StageProgress end : ends) {
                  end.finish();
                }
              }
            },
            "farsight-" + role);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private synchronized void failed(Throwable t) {
    if (failure == null) {
      failure = t;
    } else if (failure != t) {
      failure.addSuppressed(t);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void require(StageProgress progress, long number) {
    if (!progress.await(number)) {
      throw new Ended();
    }
  }

  private void read() {
    long last =
        phase.maxBatches() > Long.MAX_VALUE - first ? Long.MAX_VALUE : first + phase.maxBatches();
    for (long n = first; n < last; n++) {
      if (!step.await(n - batches.length + 1) || stopping) {
        return;
      }
      reading.start();
      int at = (int) (n % batches.length);
      boolean more = phase.source().next(batches[at]);
      if (more) {
        parts.search().begin(batches[at], uniqueRows[at]);
      }
      reading.stop();
      if (!more) {
        return;
      }
      read.publish(n + 1);
    }
  }

  private void dedupe() {
    RowRequest.Use use = phase.training() ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE;
    boolean updates = phase.training() && updatesRows;
    for (long n = first; read.await(n + 1); n++) {
      deduping.start();
      int at = (int) (n % batches.length);
      parts.search().find(batches[at], use, updates, uniqueRows[at]);
      RowRequest request = uniqueRows[at].request();
      parts.store().expect(request.rows(), 0, request.count());
      deduping.stop();
      dedupe.publish(n + 1);
    }
  }

  private void plan() {
    long entered = first;
    for (long n = first; ; n++) {
      while (entered < n + batchesAhead && dedupe.await(entered + 1)) {
        if (lookAhead != null) {
          planning.start();
          lookAhead.enter(entered, request(entered));
          planning.stop();
        }
        entered++;
      }
      if (entered == n
          || !step.await(n - planned)
          || !writeBack.await(n - plans.length + 1)
          || stopping) {
        return;
      }
      planning.start();
      if (lookAhead != null) {
        lookAhead.leave(n);
      }
      parts.residency().plan(request(n), plans[(int) (n % plans.length)]);
      planning.stop();
      plan.publish(n + 1);
    }
  }

  private RowRequest request(long n) {
    return uniqueRows[(int) (n % batches.length)].request();
  }

  private void order() {
    for (long n = first; plan.await(n + 1); n++) {
      ordering.start();
      int at = (int) (n % batches.length);
      int to = (int) (n % plans.length);
      parts.order().write(batches[at], uniqueRows[at], plans[to], inputs[to]);
      inputs[to].learningRate(phase.learningRate(n - first));
      ordering.stop();
      order.publish(n + 1);
    }
  }

  private void fetch() {
    for (long n = first; plan.await(n + 1); n++) {
      CachePlan cachePlan = plans[(int) (n % plans.length)];
      require(writeBack, cachePlan.fetchAfter());
      fetching.start();
      RowMoves moves = cachePlan.moves();
      parts
          .fetcher()
          .read(cachePlan.loadRows(), moves.loads(), parts.memory().in(), moves.inFrom());
      parts.memory().stage(moves.inFrom(), moves.loads());
      fetching.stop();
      fetch.publish(n + 1);
    }
  }

  private void lane() {
    for (long n = first; fetch.await(n + 1) && order.await(n + 1) && !stopping; n++) {
      computing.start();
      int at = (int) (n % inputs.length);
      moveTickets[at] = parts.memory().move(plans[at].moves());
      move.publish(n + 1);
      StepInput input = inputs[at];
      Ticket ticket = phase.training() ? parts.step().train(input) : parts.step().evaluate(input);
      stepTickets[at] = ticket;
      launch.publish(n + 1);
      computing.stop();
      if (ticket == Ticket.DONE && phase.training() && !Float.isFinite(input.loss().get(0))) {
        return;
      }
    }
  }

  private void steps() {
    for (long n = first; launch.await(n + 1); n++) {
      int at = (int) (n % inputs.length);
      stepTickets[at].await();
      float loss = inputs[at].loss().get(0);
      if (phase.training() && !Float.isFinite(loss)) {
        throw new NonFiniteLossException(n - first, loss);
      }
      phase.stepped(n - first, batches[(int) (n % batches.length)], inputs[at], plans[at]);
      step.publish(n + 1);
    }
  }

  private void writeBack() {
    for (long n = first; move.await(n + 1); n++) {
      int at = (int) (n % plans.length);
      moveTickets[at].await();
      writing.start();
      writeBack(plans[at]);
      writing.stop();
      writeBack.publish(n + 1);
    }
  }

  private void writeBack(CachePlan cachePlan) {
    RowMoves moves = cachePlan.moves();
    parts
        .writer()
        .write(cachePlan.writeBackRows(), moves.evictions(), parts.memory().out(), moves.outFrom());
  }

  /** Makes residency, slots and store agree again, whatever has happened. */
  private void settle() {
    for (long n = writeBack.done(); n < move.done(); n++) {
      try {
        int at = (int) (n % plans.length);
        moveTickets[at].await();
        writeBack(plans[at]);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
    for (long n = plan.done() - 1; n >= move.done(); n--) {
      parts.residency().undo(plans[(int) (n % plans.length)]);
    }
    parts.residency().drained();
  }
}
