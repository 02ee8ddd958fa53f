package dev.farsight.engine.tier;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.PartialResidency;

/**
 * Makes the policies of the stripes of a cache.
 *
 * @param name of the policy, as in {@code cache.policy}
 * @param cache the section {@code farsight.cache} with the settings of the policies
 * @param frequencies counts that the policies may ask for
 * @param seed seeds the policies
 */
record StripePolicies(
    String name,
    CachePolicyFactory factory,
    Settings cache,
    RowFrequencies frequencies,
    long seed) {

  PluginCalls calls() {
    return PluginCalls.of(factory, "cache policy " + name);
  }

  PartialResidency.Policies of(int stripe, Striping striping) {
    PluginCalls calls = calls();
    return (region, slots, maxNote) ->
        calls.get(
            "CachePolicyFactory.create",
            () ->
                factory.create(
                    new PolicyContext(
                        slots,
                        seed + stripe,
                        cache.section(name),
                        local -> frequencies.count(striping.rowOf(stripe, local)),
                        maxNote)));
  }
}
