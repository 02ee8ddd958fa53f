package dev.farsight.engine.build;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.FullResidency;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.pipeline.RingGates;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.settings.EngineSettings;

/**
 * The cache: residency, and the look-ahead that tells it of next uses.
 *
 * @param gates when the rings' stretches can be reused; the pipeline connects them
 * @param lookAhead null if the policy does not ask for next uses
 */
record CacheParts(Residency residency, RingGates gates, LookAhead lookAhead) {

  /**
   * @param planners threads that plan regions
   */
  static CacheParts build(
      RunSetup setup, Shapes shapes, int rank, RowFrequencies frequencies, Workers planners) {
    EngineSettings settings = setup.settings();
    var gates = new RingGates(settings.forwardWindow(), rank - setup.ranks(shapes).first());
    RankShape own = shapes.ranks().get(rank);
    if (shapes.full()) {
      return new CacheParts(full(shapes, rank, planners), gates, null);
    }
    boolean looksAhead = Specs.looksAhead(settings, setup.components(), shapes);
    RowIndexes indexes = RowIndexes.of(shapes.tables().rows(), looksAhead);
    Residency residency = partial(setup, own, indexes, frequencies, gates, planners);
    LookAhead lookAhead =
        looksAhead
            ? new LookAhead(residency, indexes.lastUses(), settings.batchesInUse(), own.maxRows())
            : null;
    return new CacheParts(residency, gates, lookAhead);
  }

  private static Residency full(Shapes shapes, int rank, Workers planners) {
    RankShape own = shapes.ranks().get(rank);
    long rows = shapes.tables().rows();
    return shapes.owners() == null || shapes.columns()
        ? new FullResidency(rows, own.maxRows(), own.maxMoves(), planners)
        : new FullResidency(rows, shapes.owners(), rank, own.maxRows(), own.maxMoves(), planners);
  }

  private static Residency partial(
      RunSetup setup,
      RankShape own,
      RowIndexes indexes,
      RowFrequencies frequencies,
      RingGates gates,
      Workers planners) {
    EngineSettings settings = setup.settings();
    Settings cache = setup.farsight().section("cache");
    String policyName = cache.string("policy");
    Settings policySettings = cache.section(policyName);
    CachePolicyFactory factory = setup.components().policy(setup.farsight());
    return new PartialResidency(
        own.regions(),
        indexes.locations(),
        PluginCalls.of(factory, "cache policy " + policyName),
        (region, slots, maxNote) ->
            Policies.create(
                factory,
                new PolicyContext(
                    slots, settings.seed() + region, policySettings, frequencies, maxNote)),
        own.maxRows(),
        new Ring(own.inRows(), settings.planned(), gates.in()),
        new Ring(own.outRows(), settings.forwardWindow(), gates.out()),
        settings.forwardWindow(),
        planners);
  }
}
