package dev.farsight.engine;

import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.FullResidency;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.RunProgress;
import dev.farsight.engine.model.DenseInit;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.pipeline.Pipeline;
import dev.farsight.engine.pipeline.RingGates;
import dev.farsight.engine.pipeline.RowMover;
import dev.farsight.engine.pipeline.Transfers;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.DeviceDeduper;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.statistics.RowCounts;
import dev.farsight.engine.tier.RamTier;
import dev.farsight.engine.tier.TierSettings;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a run consists of, opened in order and closed in reverse: data, device, store,
 * residency, pipeline. Opening checks first that names, sizes and memory fit.
 */
final class Session implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  final EngineSettings settings;
  final DataSource data;
  final RowStore store;

  /** The tier of memory that {@link #store} has at its top; null where it has none. */
  final RamTier ramTier;

  final ComputeBackend compute;
  final SlotMemory memory;
  final CompiledStep step;
  final Residency residency;
  final Pipeline pipeline;
  final Transfers transfers;
  final Workers hashing;
  final String policyName;

  /** Null where none are written. */
  final Checkpoints checkpoints;

  final long modelSeed;
  private long carrierBytes;

  /**
   * @param resume whether to go on from the last checkpoint
   */
  Session(
      Settings farsight,
      Components components,
      RunListener listener,
      Path runDirectory,
      CheckpointSettings checkpointing,
      boolean resume) {
    settings = EngineSettings.of(farsight);
    components.check(farsight);
    policyName = farsight.section("cache").string("policy");
    try {
      listener.phase("opening " + farsight.section("data").string("source") + " data");
      data = own(Blueprint.openData(settings, components));
      var shapes = Shapes.of(settings, data.schema());
      LOG.info(
          "{}; {} slots, rings of {} and {} rows",
          shapes.tables(),
          shapes.slots(),
          shapes.inRows(),
          shapes.outRows());
      var loading =
          farsight.section("model").optionalString("load").map(p -> new ModelDirectory(Path.of(p)));
      checkpoints =
          checkpointing.enabled() || resume
              ? own(Checkpoints.open(checkpointing, resume, farsight, data, shapes.format()))
              : null;
      boolean resumed = checkpoints != null && checkpoints.resumed();
      modelSeed =
          resumed
              ? checkpoints.modelSeed()
              : loading.map(ModelDirectory::seed).orElse(settings.seed());
      Blueprint.requireRoom(settings, components, shapes);
      // Before the store, which may take all of its memory at once: a device may turn out too
      // small.
      compute = own(components.compute(farsight).open(Blueprint.computeContext(settings)));
      memory =
          own(compute.slots(shapes.format(), shapes.slots(), shapes.inRows(), shapes.outRows()));
      step =
          own(
              compute.compile(
                  Blueprint.tape(settings, components, data.schema()), shapes.step(), memory));
      // Where all rows are resident the device has more to do than the host, which finds them then.
      RowFinder finder = shapes.full() ? null : step.rowFinder(shapes.regions().groups());
      if (finder != null) {
        own(finder);
      }
      if (resumed) {
        listener.phase("going back to the checkpoint of step " + checkpoints.progress().steps());
      }
      CachePolicyFactory policy = components.policy(farsight);
      StoreSpec spec = Blueprint.storeSpec(settings, shapes, modelSeed, runDirectory);
      var tier = TierSettings.of(spec);
      RowCounts counts = count(shapes, policy, tier, components, listener);
      RowStore opened = own(components.store(farsight).open(spec));
      ramTier = tier.map(t -> own(ramTier(opened, t, components, counts))).orElse(null);
      store = snapshots(ramTier == null ? opened : ramTier);
      hashing = own(new Workers("hash", settings.computeThreads()));
      var fetcher = own(new RowMover(store, "fetch", settings.storageThreads()));
      var writer = own(new RowMover(store, "write-back", settings.storageThreads()));
      var threads =
          EngineSettings.PlannerThreads.of(
              settings.plannerThreads(), finder != null, step.ordersLookups());
      var planners = own(new Workers("plan", threads.plan()));
      var orderers = own(new Workers("order", threads.order(), Workers.LITTLE_PATIENCE));

      if (resumed) {
        checkpoints.loadDense(step.dense());
      } else if (loading.isPresent()) {
        listener.phase("loading the model");
        loading.get().load(step.dense(), store);
      } else {
        DenseInit.fill(step.dense(), modelSeed);
      }

      var gates = new RingGates(settings.forwardWindow());
      boolean looksAhead = Blueprint.looksAhead(settings, components, shapes);
      RowIndexes indexes = shapes.full() ? null : RowIndexes.of(shapes.tables().rows(), looksAhead);
      residency = residency(shapes, indexes, policy, counts, gates, planners);
      HostBuffers buffers = own(compute.buffers());
      var lane = new dev.farsight.engine.pipeline.Lane(memory, step, fetcher, writer);
      UniqueRowSearch search = search(shapes, finder, threads.dedupe());
      pipeline =
          new Pipeline(
              new Pipeline.Parts(
                  residency,
                  List.of(lane),
                  store,
                  search,
                  looksAhead
                      ? new LookAhead(
                          residency,
                          indexes.lastUses(),
                          settings.batchesInUse(),
                          shapes.maxUniqueRows())
                      : null,
                  new LookupOrder(
                      shapes.tables(), settings.batchSize(), step.ordersLookups(), orderers),
                  new dev.farsight.engine.pipeline.Carriers(
                      batches(buffers), inputs(shapes, buffers), plans(buffers), search),
                  gates,
                  compute.trace()),
              settings.lookAhead(),
              settings.planned(),
              !settings.optimizer().freezeRows());
      transfers = new Transfers(residency, lane, residency.newPlan(buffers));
      carrierBytes = components.compute(farsight).usesHostMemory() ? buffers.allocated() : 0;
      boolean restored = resumed && restoreCache();
      if (shapes.full() || restored) {
        listener.phase("loading rows into the cache");
        transfers.loadResident();
      } else if (counts != null && settings.warmUp() > 0) {
        listener.phase("warming up the cache");
        warmUp(counts, shapes);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The store itself, or one around it that keeps the rows of checkpoints. */
  private RowStore snapshots(RowStore outermost) {
    if (checkpoints == null) {
      outermost.identity().ifPresent(Checkpoints::requireNew);
      return outermost;
    }
    RowStore around = checkpoints.attach(outermost);
    own(checkpoints::detach);
    return around;
  }

  private boolean restoreCache() {
    try (DataInputStream state = checkpoints.cache(describeCache()).orElse(null)) {
      if (state == null) {
        return false;
      }
      residency.restore(state);
      return true;
    } catch (IOException e) {
      throw new FarsightException("the checkpoint's cache cannot be read: " + e.getMessage(), e);
    }
  }

  /** What the state of a cache depends on. */
  private String describeCache() {
    Settings cache = settings.farsight().section("cache");
    var text = new StringBuilder(policyName + " of " + residency.slots() + " slots");
    for (String key : List.of("regions", "tables", policyName)) {
      if (cache.has(key)) {
        text.append(", ").append(key).append(' ');
        text.append(cache.config().getValue(key).render(ConfigRenderOptions.concise()));
      }
    }
    return text.append(residency.mostNote() > 0 ? ", with notes" : "").toString();
  }

  /**
   * Takes a checkpoint; the pipeline is at rest. Returns once every row is in the store; the rest
   * goes on beside training.
   *
   * @param resumable whether policies and slots agree, so that the cache can be gone on with
   */
  void checkpoint(RunProgress progress, float[] losses, boolean resumable) {
    long start = System.nanoTime();
    long flushed = transfers.flush();
    long marked = System.nanoTime();
    checkpoints.take(
        progress,
        modelSeed,
        losses,
        step.dense(),
        resumable ? describeCache() : null,
        residency::save);
    LOG.info(
        "checkpoint of step {}: {} dirty rows to the store in {} ms, marked in {} ms",
        progress.steps(),
        flushed,
        (marked - start) / 1_000_000,
        (System.nanoTime() - marked) / 1_000_000);
  }

  private <T extends AutoCloseable> T own(T part) {
    opened.push(part);
    return part;
  }

  private RamTier ramTier(
      RowStore below, TierSettings tier, Components components, RowCounts counts) {
    Settings farsight = settings.farsight();
    return new RamTier(
        below,
        tier,
        tier.policy(components, farsight),
        farsight.section("cache"),
        counts == null ? RowFrequencies.NONE : counts,
        settings.seed());
  }

  private RowCounts count(
      Shapes shapes,
      CachePolicyFactory policy,
      Optional<TierSettings> tier,
      Components components,
      RunListener listener) {
    boolean device = !shapes.full() && (policy.wantsFrequencies() || settings.warmUp() > 0);
    boolean host =
        tier.isPresent() && tier.get().policy(components, settings.farsight()).wantsFrequencies();
    if (!device && !host) {
      return null;
    }
    listener.phase("counting rows in the training data");
    int every =
        settings.farsight().section("cache").section("statistics").integer("every", 1, 1 << 20);
    try (var pass = data.train(0)) {
      return RowCounts.of(pass, settings.batchSize(), every);
    }
  }

  private Residency residency(
      Shapes shapes,
      RowIndexes indexes,
      CachePolicyFactory policy,
      RowCounts counts,
      RingGates gates,
      Workers planners) {
    if (shapes.full()) {
      return new FullResidency(
          shapes.tables().rows(),
          shapes.maxUniqueRows(),
          Math.min(shapes.inRows(), shapes.outRows()));
    }
    Settings own = settings.farsight().section("cache").section(policyName);
    RowFrequencies frequencies = counts == null ? RowFrequencies.NONE : counts;
    return new PartialResidency(
        shapes.regions(),
        indexes.locations(),
        policyName,
        (region, slots, mostNote) ->
            Blueprint.policyOf(
                policy,
                new PolicyContext(slots, settings.seed() + region, own, frequencies, mostNote)),
        shapes.maxUniqueRows(),
        new Ring(shapes.inRows(), settings.planned(), gates.in()),
        new Ring(shapes.outRows(), settings.forwardWindow(), gates.out()),
        settings.forwardWindow(),
        planners);
  }

  private UniqueRowSearch search(Shapes shapes, RowFinder finder, int threads) {
    if (finder != null) {
      return new DeviceDeduper(finder, shapes.regions().groups(), shapes.maxUniqueRows());
    }
    var workers = own(new Workers("dedupe", threads, Workers.LITTLE_PATIENCE));
    return new Deduper(shapes.tables(), settings.batchSize(), shapes.regions(), workers);
  }

  private Batch[] batches(HostBuffers buffers) {
    var batches = new Batch[settings.batchesInUse()];
    for (int b = 0; b < batches.length; b++) {
      batches[b] = new Batch(data.schema(), settings.batchSize(), buffers);
    }
    return batches;
  }

  private StepInput[] inputs(Shapes shapes, HostBuffers buffers) {
    var inputs = new StepInput[settings.plansInUse()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] =
          new StepInput(data.schema(), settings.batchSize(), shapes.maxUniqueRows(), buffers);
    }
    return inputs;
  }

  private CachePlan[] plans(HostBuffers buffers) {
    var plans = new CachePlan[settings.plansInUse()];
    for (int p = 0; p < plans.length; p++) {
      plans[p] = residency.newPlan(buffers);
    }
    return plans;
  }

  /**
   * Fills a share of each region's slots with the rows that occur most often, a request at a time.
   */
  private void warmUp(RowCounts counts, Shapes shapes) {
    RowRequest best = counts.mostFrequent((int) (shapes.slots() * settings.warmUp()));
    var allowance = shapes.regions().allowance(settings.warmUp());
    int most = Math.min(shapes.inRows(), shapes.maxUniqueRows());
    var request = new RowRequest(most);
    request.begin(RowRequest.Use.WARM_UP, false);
    for (int u = 0; u < best.count(); u++) {
      if (allowance.take(best.rows()[u])) {
        request.add(best.rows()[u], best.occurrences()[u]);
      }
      if (request.count() == most || u == best.count() - 1) {
        transfers.warmUp(request);
        request.begin(RowRequest.Use.WARM_UP, false);
      }
    }
  }

  /**
   * Bytes that the device holds: slots, values and, where its memory is the host's, the carriers of
   * batches and plans.
   */
  long deviceBytes() {
    return memory.deviceBytes() + step.deviceBytes() + carrierBytes;
  }

  @Override
  public void close() {
    FarsightException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failure = new FarsightException("could not be closed: " + e.getMessage(), e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
