package dev.farsight.engine.run;

import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.DistinctRows;
import dev.farsight.engine.metrics.ExchangeCounters;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.pipeline.StepResults;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tells the listener what training has counted, about twice a second and at the end, if the
 * listener wants it. A step then costs a few nanoseconds for each loaded row. Used by one thread at
 * a time.
 */
final class FiguresMeter {

  /** Between two events, of training. */
  private static final double SECONDS = .5;

  private final Session session;
  private final TrainingCounters counters;
  private final RunListener events;
  private final DistinctRows loadedRows = new DistinctRows();
  private final long uniqueRowsBefore;
  private final long uniqueHitsBefore;
  private final boolean wanted;
  private double toldSeconds;

  /**
   * @param counters those of a checkpoint if the run was resumed
   */
  FiguresMeter(Session session, TrainingCounters counters, RunListener events) {
    this.session = session;
    this.counters = counters;
    this.events = events;
    wanted = events.wantsFigures();
    uniqueRowsBefore = counters.cache().uniqueRows();
    uniqueHitsBefore = counters.cache().uniqueHits();
    toldSeconds = counters.seconds();
  }

  /** A step was counted. */
  void stepped(StepResults results) {
    if (!wanted) {
      return;
    }
    for (int rank = 0; rank < results.plans(); rank++) {
      CachePlan plan = results.plan(rank);
      loadedRows.add(plan.loadRows(), plan.moves().loads());
    }
    if (counters.seconds() - toldSeconds >= SECONDS) {
      toldSeconds = counters.seconds();
      events.figures(figures(session.pipeline().timesByRank()));
    }
  }

  /** The last step was trained, and the pipeline is at rest. */
  void ended() {
    if (!wanted) {
      return;
    }
    events.figures(figures(Collections.nCopies(session.lanes().size(), StageTimes.ZERO)));
  }

  /**
   * @param current times of the phase in progress, by rank
   */
  private RunFigures figures(List<StageTimes> current) {
    CacheCounters cache = counters.cache();
    // Processes have rows that others look up: lookups of one's samples are not those of its rows.
    boolean alone = session.processes().isAlone();
    return new RunFigures(
        counters.steps(),
        counters.samples(),
        counters.seconds(),
        counters.stages().plus(StageTimes.mean(current)).byName(),
        new RunFigures.Cache(
            session.policyName(),
            session.slots(),
            session.store().spec().format().bytes(),
            alone ? cache.lookups() : counters.devices().lookups(),
            alone ? cache.hits() : counters.devices().hits(),
            cache.uniqueRows(),
            cache.uniqueHits(),
            cache.loaded(),
            cache.writtenBack()),
        tables(),
        devices(current),
        new RunFigures.RowBound(
            cache.uniqueRows() - uniqueRowsBefore,
            cache.uniqueHits() - uniqueHitsBefore,
            loadedRows.estimate()),
        new RunFigures.Memory(session.deviceBytes(), session.store().stats().bytes()),
        Optional.ofNullable(session.gpu()));
  }

  private List<RunFigures.Device> devices(List<StageTimes> current) {
    List<DeviceDescription> descriptions = DeviceDescription.of(session);
    List<DeviceCounters> counted = counters.devices().devices();
    return IntStream.range(0, descriptions.size())
        .mapToObj(rank -> device(descriptions.get(rank), counted.get(rank), current.get(rank)))
        .toList();
  }

  private static RunFigures.Device device(
      DeviceDescription device, DeviceCounters counted, StageTimes current) {
    CacheCounters cache = counted.cache();
    ExchangeCounters exchange = counted.exchange();
    return new RunFigures.Device(
        device.name(),
        device.slots(),
        device.bytes(),
        cache.lookups(),
        cache.hits(),
        cache.uniqueRows(),
        cache.uniqueHits(),
        cache.loaded(),
        cache.writtenBack(),
        exchange.sent() * device.exchangedRowBytes(),
        exchange.received() * device.exchangedRowBytes(),
        counted.stages().plus(current).byName());
  }

  private List<RunFigures.Table> tables() {
    TableCounters tables = counters.tables();
    return IntStream.range(0, tables.tables().size())
        .mapToObj(
            t ->
                new RunFigures.Table(
                    tables.tables().get(t).name(), tables.lookups(t), tables.hits(t)))
        .toList();
  }
}
