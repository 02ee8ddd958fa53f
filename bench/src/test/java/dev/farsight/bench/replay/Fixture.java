package dev.farsight.bench.replay;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.config.Settings;
import dev.farsight.bench.trace.Trace;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Replays with the plugins of the class path. */
final class Fixture {

  private static final ClassLoader LOADER = Fixture.class.getClassLoader();

  private final Components components = Plugins.load(LOADER).components();
  private final ReplaySettings settings;

  Fixture(String... sets) {
    settings =
        ReplaySettings.of(
            Settings.of(
                "farsight", FarsightConfig.defaults().set(List.of(sets)).resolve(List.of(LOADER))));
  }

  ReplaySettings settings() {
    return settings;
  }

  Contender contender(String policy) {
    return Contender.of(policy, components);
  }

  /** A policy that no plugin offers. */
  static Contender contender(String name, IntFunction<CachePolicy> policy) {
    return new Contender(
        name,
        new CachePolicyFactory() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public CachePolicy create(PolicyContext context) {
            return policy.apply(context.slots());
          }
        },
        false);
  }

  static Comparison comparison(Trace trace, int batchSize) {
    return new Comparison(Requests.of(trace, batchSize, Sample.ALL));
  }

  Outcome replay(Trace trace, int batchSize, int slots, String policy) {
    return outcome(comparison(trace, batchSize), slots, contender(policy));
  }

  Outcome outcome(Comparison comparison, int slots, Contender contender) {
    return comparison.outcome(slots, contender, null, settings);
  }

  Outcome bound(Trace trace, int batchSize, int slots) {
    return comparison(trace, batchSize).bound(slots, settings);
  }

  /** The bound's outcome, then those of policies. */
  List<Outcome> outcomes(Trace trace, int batchSize, int slots, String... policies) {
    var comparison = comparison(trace, batchSize);
    List<Outcome> outcomes = new ArrayList<>(List.of(comparison.bound(slots, settings)));
    for (String policy : policies) {
      outcomes.add(comparison.outcome(slots, contender(policy), outcomes.get(0), settings));
    }
    return outcomes;
  }
}
