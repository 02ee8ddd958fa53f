package dev.farsight.engine.build;

import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.pipeline.LaneParts;
import dev.farsight.engine.pipeline.MovedRows;
import dev.farsight.engine.pipeline.Pipeline;
import dev.farsight.engine.pipeline.Transfers;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.sharding.ShardingPlan;
import dev.farsight.engine.share.RowProcesses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the parts of a run in order: data, device, store, cache, pipeline. Checks first that names,
 * sizes and memory fit. What was opened belongs to a {@link Resources}, which the caller closes
 * also if building fails.
 */
public final class SessionBuilder {

  private static final Logger LOG = LoggerFactory.getLogger(SessionBuilder.class);

  private final RunSetup setup;
  private final Resources resources;

  public SessionBuilder(RunSetup setup, Resources resources) {
    this.setup = setup;
    this.resources = resources;
  }

  public Session build() {
    var settings = setup.settings();
    SettingsCheck.all(settings, setup.components());
    SettingsCheck.requireAvailable(settings.farsight(), setup.components());
    CountedRows.requireThere(settings.farsight());
    var equal = new EqualProcesses(setup);
    equal.requireSettings();
    RunData data = openData();
    equal.requireData(data);
    ShardingPlan plan = equal.plan(data);
    var shapes = Shapes.of(settings, data.schema(), plan);
    OwnRanks ranks = setup.ranks(shapes);
    tellCache(CacheChoice.of(settings, data.schema()));
    LOG.info(
        "{}; {} slots, rings of {} and {} rows{}",
        shapes.tables(),
        shapes.slots(),
        shapes.ranks().get(0).inRows(),
        shapes.ranks().get(0).outRows(),
        ranks.all() == 1 ? "" : ", on each of " + ranks.all() + " devices");
    Tape tape = Specs.tape(settings, setup.components(), data.schema());
    Settings origin = Specs.withOrigin(setup.farsight(), setup.components(), setup.data().trains());
    var description = ModelDescription.of(origin.config(), data, shapes.step().maxNorms(), tape);
    Checkpoints checkpoints = setup.openCheckpoints(data, shapes.format(), plan);
    if (checkpoints != null) {
      resources.own(checkpoints);
      checkpoints.keepFitted(data::saveFitted);
      checkpoints.keepDescription(description);
      checkpoints.keepPlan(plan);
    }
    Optional<ResumePoint> resumed =
        checkpoints == null ? Optional.empty() : checkpoints.resumePoint();
    var values = new InitialValues(setup, shapes, description, resumed.orElse(null));
    long trainSamples = setup.data().trains() ? data.trainSamples() : 0;
    MemoryPlan.requireRoom(
        settings, setup.components(), shapes, trainSamples, data.evalSamples(), data.passBytes());
    if (setup.data().trains() && resumed.isEmpty()) {
      FirstBatchCheck.requireRoom(settings, shapes, data);
    }
    data.prepare(setup.events());
    // Before the store, which may take all of its memory at once: the device may be too small.
    List<DeviceParts> devices = DeviceParts.open(setup, shapes, tape, resources);
    resumed.ifPresent(
        point -> setup.events().phase("going back to the checkpoint of step " + point.step()));
    StoreParts store = StoreParts.open(setup, shapes, data, checkpoints, values, resources);
    var hashing = resources.own(new Workers("hash", settings.computeThreads()));
    values.load(devices, tape, store.toLoad());
    RowFrequencies frequencies = store.counts() == null ? RowFrequencies.NONE : store.counts();
    List<MovedRows> moved = store.moved(shapes);
    var lanes = new ArrayList<LaneParts>();
    var transferred = new ArrayList<Transfers.Part>();
    boolean hostMemory = setup.components().compute(setup.farsight()).usesHostMemory();
    var carrierBytes = new ArrayList<Long>();
    for (int index = 0; index < ranks.count(); index++) {
      int rank = ranks.rank(index);
      DeviceParts device = devices.get(index);
      var builder = new LaneBuilder(setup, shapes, rank, device, moved.get(index), resources);
      CacheParts cache = CacheParts.build(setup, shapes, rank, frequencies, builder.planners());
      HostBuffers buffers = device.backend().buffers();
      resources.own(device.watch().closing(buffers));
      lanes.add(builder.build(cache, buffers));
      CachePlan moves = cache.residency().newPlan(buffers);
      transferred.add(new Transfers.Part(cache.residency(), builder.lane(), moves));
      carrierBytes.add(hostMemory ? buffers.allocated() : 0);
    }
    var pipeline =
        new Pipeline(
            lanes,
            store.store(),
            settings.lookAhead(),
            settings.planned(),
            !settings.optimizer().freezeRows(),
            ranks);
    var session =
        new Session(
            settings,
            setup.processes(),
            setup.processes().isAlone()
                ? null
                : new RowProcesses(shapes.owners(), setup.processes().count()),
            data,
            store.store(),
            store.ramTier(),
            plan,
            devices.stream().map(DeviceParts::backend).toList(),
            lanes,
            pipeline,
            new Transfers(pipeline::completeWriteBacks, transferred),
            hashing,
            carrierBytes,
            checkpoints,
            values.rows().seed(),
            values.loadedUpdates(),
            description);
    new CacheWarmUp(session, shapes, setup.events()).fill(store.counts());
    equal.awaitOpened();
    return session;
  }

  /** A size that the user has set needs no word. */
  private void tellCache(CacheChoice choice) {
    if (choice.chosen()) {
      setup.events().phase(choice.line());
    }
    LOG.info("{}", choice.line());
  }

  private RunData openData() {
    setup.events().phase(Specs.openingData(setup.settings()));
    boolean checkpoints = setup.checkpoints() != CheckpointOpening.NONE;
    return resources.own(
        Specs.openData(setup.settings(), setup.components(), setup.data(), checkpoints));
  }
}
