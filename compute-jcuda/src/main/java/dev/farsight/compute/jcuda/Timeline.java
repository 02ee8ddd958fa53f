package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.compute.jcuda.JcudaSettings.TimelineSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times what the device and the threads that feed it do during some training steps, by events, and
 * leaves it as a {@link TraceFile} and in the log. Off by default, when all calls cost a look at a
 * field. While on, each command of a step has an event after it, about a microsecond each.
 *
 * <p>Thread-safe. Spans are begun and ended by the thread that gives the work to its stream.
 */
final class Timeline {

  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  /** Copies and moves of a step, at most. */
  private static final int SPANS_A_STEP = 8;

  private final Gpu gpu;
  private final Path file;
  private final long from;
  private final int steps;
  private final List<Span> spans = new ArrayList<>();
  private final List<TraceFile.Bar> bars = new ArrayList<>();
  private CUevent base;
  private long hostBase;
  private int used;
  private long step;
  private volatile boolean on;

  /** Work on a stream, between two events. */
  static final class Span {
    private final CUevent begin = Gpu.timedEvent();
    private final CUevent end = Gpu.timedEvent();
    private Stage stage;
    private String track;
    private long step;
    private boolean ended;
  }

  private Timeline(Gpu gpu, Path file, long from, int steps) {
    this.gpu = gpu;
    this.file = file;
    this.from = from;
    this.steps = steps;
  }

  static Timeline off(Gpu gpu) {
    return new Timeline(gpu, null, 0, 0);
  }

  /**
   * @param device which of the devices that a run trains on: each has a file of its own
   */
  static Timeline of(Gpu gpu, Optional<TimelineSettings> settings, int device) {
    return settings
        .map(
            timed ->
                new Timeline(
                    gpu, TraceFile.ofDevice(timed.file(), device), timed.from(), timed.steps()))
        .orElseGet(() -> off(gpu));
  }

  /** Whether steps will be timed, or were. */
  boolean wanted() {
    return file != null;
  }

  /** A training step is about to be given to the lane; tells whether it is timed. */
  boolean step(long number, Stream lane) {
    return file != null && timed(number, lane);
  }

  private synchronized boolean timed(long number, Stream lane) {
    step = number;
    if (number == from) {
      start(lane);
    }
    return on && number < from + steps;
  }

  /** Whether a step is the first after those timed: the time to {@link #write}. */
  boolean over(long number) {
    return on && number >= from + steps;
  }

  private void start(Stream lane) {
    base = Gpu.timedEvent();
    for (int i = 0; i < SPANS_A_STEP * steps; i++) {
      spans.add(new Span());
    }
    Gpu.record(base, lane);
    Gpu.synchronize(lane);
    hostBase = System.nanoTime();
    on = true;
  }

  /** Begins a span; null where nothing is timed. */
  Span begin(Stage stage, String track, Stream stream) {
    if (!on) {
      return null;
    }
    Span span = take(stage, track);
    if (span != null) {
      Gpu.record(span.begin, stream);
    }
    return span;
  }

  private synchronized Span take(Stage stage, String track) {
    if (!on || used == spans.size()) {
      return null;
    }
    Span span = spans.get(used++);
    span.stage = stage;
    span.track = track;
    span.step = step;
    return span;
  }

  /** Ends a span, unless it is null. */
  void end(Span span, Stream stream) {
    if (span != null) {
      Gpu.record(span.end, stream);
      synchronized (this) {
        span.ended = true;
      }
    }
  }

  /** What the calling thread did since {@code fromNanos}, by {@link System#nanoTime}. */
  void host(String what, long fromNanos) {
    if (on) {
      add(what, fromNanos);
    }
  }

  private synchronized void add(String what, long fromNanos) {
    if (on) {
      double begin = (fromNanos - hostBase) / 1e3;
      double end = (System.nanoTime() - hostBase) / 1e3;
      bars.add(new TraceFile.Bar(Thread.currentThread().getName(), what, null, step, begin, end));
    }
  }

  /** A piece of a step's graph, once it is done. */
  synchronized void device(Command command, long number, CUevent begin, CUevent end) {
    if (base != null) {
      bars.add(
          new TraceFile.Bar(
              "device: lane", command.name(), command.stage(), number, at(begin), at(end)));
    }
  }

  /** Microseconds from the start to an event. */
  private double at(CUevent event) {
    check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event));
    return 1e3 * Gpu.elapsed(base, event);
  }

  /** Tells if no step was timed, because the run was too short. */
  void close() {
    if (file != null && base == null) {
      LOG.warn("compute.jcuda.timeline: there was no step {}, so {} is not written", from, file);
    }
  }

  /** Ends timing, waits for the work that was timed and writes the file. */
  synchronized void write() {
    if (!on) {
      return;
    }
    on = false;
    gpu.enter();
    for (int i = 0; i < used; i++) {
      Span span = spans.get(i);
      if (span.ended) {
        bars.add(
            new TraceFile.Bar(
                span.track,
                span.stage.title(),
                span.stage,
                span.step,
                at(span.begin),
                at(span.end)));
      }
    }
    var trace = new TraceFile(bars, steps);
    trace.write(file);
    LOG.info("{} steps from {} on, to {}", steps, from, file);
    trace.stages().forEach((stage, us) -> LOG.info("{}: {} us a step", stage, Math.round(us)));
    for (Span span : spans) {
      JCudaDriver.cuEventDestroy(span.begin);
      JCudaDriver.cuEventDestroy(span.end);
    }
    spans.clear();
    bars.clear();
  }
}
