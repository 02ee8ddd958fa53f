package dev.farsight.engine.build;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.pipeline.Carriers;
import dev.farsight.engine.pipeline.Lane;
import dev.farsight.engine.pipeline.LaneParts;
import dev.farsight.engine.pipeline.LaneThreads;
import dev.farsight.engine.pipeline.MovedRows;
import dev.farsight.engine.pipeline.RowMover;
import dev.farsight.engine.plan.AskExchange;
import dev.farsight.engine.plan.BagOrder;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.DeviceDeduper;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.PlannerThreads;

/**
 * Builds what the pipeline needs of a rank, in two steps: first the threads, which the cache needs
 * too, then the carriers and what fills them.
 */
final class LaneBuilder {

  private final EngineSettings settings;
  private final Shapes shapes;
  private final DeviceParts device;
  private final MovedRows moved;
  private final Resources resources;
  private final int rank;
  private final OwnRanks ranks;
  private final Lane lane;
  private final PlannerThreads threads;
  private final Workers planners;
  private final Workers orderers;

  /**
   * @param moved what the rank has of the rows of the store
   */
  LaneBuilder(
      RunSetup setup,
      Shapes shapes,
      int rank,
      DeviceParts device,
      MovedRows moved,
      Resources resources) {
    settings = setup.settings();
    this.rank = rank;
    ranks = setup.ranks(shapes);
    this.shapes = shapes;
    this.device = device;
    this.moved = moved;
    this.resources = resources;
    lane =
        new Lane(
            device.memory(),
            device.step(),
            mover("fetch"),
            mover("write-back"),
            device.collective(),
            device.watch());
    threads =
        PlannerThreads.of(
            settings.plannerThreads(ranks.count()),
            device.finder() != null,
            device.step().ordersLookups(),
            shapes.full(),
            shapes.step().maxUniqueRows());
    planners = resources.own(planningTeam(planners(threads.plan())));
    orderers = resources.own(new Workers(name("order"), threads.order(), Workers.SHORT_SPIN_NANOS));
  }

  private RowMover mover(String role) {
    return resources.own(new RowMover(moved, name(role), share(settings.storageThreads())));
  }

  /** No more than there are regions: others would only spin, and take cores. */
  private int planners(int threads) {
    RegionLayout regions = shapes.ranks().get(rank).regions();
    return regions == null ? threads : Math.min(threads, regions.regions());
  }

  /**
   * Resident rows are planned in a small part of a step, and several ranks keep all cores busy:
   * there, threads that wait for the next plan leave their cores to others.
   */
  private Workers planningTeam(int threads) {
    boolean brief = shapes.full() || ranks.all() > 1;
    return brief
        ? new Workers(name("plan"), threads, Workers.SHORT_SPIN_NANOS)
        : new Workers(name("plan"), threads);
  }

  /** This rank's share of the threads that a setting asks for. */
  private int share(int threads) {
    return Math.max(1, threads / ranks.count());
  }

  /** What the threads of a role are called. */
  private String name(String role) {
    return ranks.count() == 1 ? role : role + "@" + rank;
  }

  Lane lane() {
    return lane;
  }

  /** Threads that plan regions. */
  Workers planners() {
    return planners;
  }

  /**
   * @param buffers for the carriers
   */
  LaneParts build(CacheParts cache, HostBuffers buffers) {
    StepSpec step = shapes.step();
    UniqueRowSearch search = search();
    boolean alone = step.exchange() == null;
    RowMerge merge =
        alone
            ? null
            : new RowMerge(shapes.owners(), step.exchange(), rank, !shapes.full(), mergers());
    var order =
        new LookupOrder(step.schema(), step.batchSize(), device.step().ordersLookups(), orderers);
    Carriers carriers =
        CarrierBuilder.build(settings, step, cache.residency(), search, merge, buffers);
    AskExchange asks =
        device.asks() == null ? null : new AskExchange(shapes.owners(), ranks, rank, device.asks());
    return new LaneParts(
        rank,
        lane,
        cache.residency(),
        search,
        merge,
        asks,
        cache.lookAhead(),
        order,
        bagOrder(step),
        carriers,
        cache.gates(),
        teams(),
        device.backend().trace());
  }

  private LaneThreads teams() {
    return new LaneThreads(
        threads.dedupe(),
        planners.threads(),
        threads.order(),
        lane.fetcher().threads(),
        lane.writer().threads());
  }

  private BagOrder bagOrder(StepSpec step) {
    boolean sums = step.exchange() != null && step.exchange().sums().any();
    return sums ? new BagOrder(step.schema(), step.exchange(), rank, orderers) : null;
  }

  /** Threads that merge regions, beside those that plan them, which takes longer if rows move. */
  private Workers mergers() {
    int threads = shapes.full() ? planners.threads() : (planners.threads() + 1) / 2;
    return resources.own(new Workers(name("merge"), threads, Workers.SHORT_SPIN_NANOS));
  }

  private UniqueRowSearch search() {
    StepSpec step = shapes.step();
    var workers =
        resources.own(new Workers(name("dedupe"), threads.dedupe(), Workers.SHORT_SPIN_NANOS));
    if (device.finder() != null) {
      return new DeviceDeduper(device.finder(), shapes.groups(), step.maxUniqueRows(), workers);
    }
    return new Deduper(step.schema(), step.batchSize(), shapes.groups(), workers);
  }
}
