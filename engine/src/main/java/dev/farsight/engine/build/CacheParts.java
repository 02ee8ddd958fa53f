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
      RunSetup setup, Shapes shapes, RowFrequencies frequencies, Workers planners) {
    EngineSettings settings = setup.settings();
    var gates = new RingGates(settings.forwardWindow());
    if (shapes.full()) {
      var residency =
          new FullResidency(
              shapes.tables().rows(),
              shapes.maxUniqueRows(),
              Math.min(shapes.inRows(), shapes.outRows()));
      return new CacheParts(residency, gates, null);
    }
    boolean looksAhead = Specs.looksAhead(settings, setup.components(), shapes);
    RowIndexes indexes = RowIndexes.of(shapes.tables().rows(), looksAhead);
    Residency residency = partial(setup, shapes, indexes, frequencies, gates, planners);
    LookAhead lookAhead =
        looksAhead
            ? new LookAhead(
                residency, indexes.lastUses(), settings.batchesInUse(), shapes.maxUniqueRows())
            : null;
    return new CacheParts(residency, gates, lookAhead);
  }

  private static Residency partial(
      RunSetup setup,
      Shapes shapes,
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
        shapes.regions(),
        indexes.locations(),
        PluginCalls.of(factory, "cache policy " + policyName),
        (region, slots, maxNote) ->
            Policies.create(
                factory,
                new PolicyContext(
                    slots, settings.seed() + region, policySettings, frequencies, maxNote)),
        shapes.maxUniqueRows(),
        new Ring(shapes.inRows(), settings.planned(), gates.in()),
        new Ring(shapes.outRows(), settings.forwardWindow(), gates.out()),
        settings.forwardWindow(),
        planners);
  }
}
