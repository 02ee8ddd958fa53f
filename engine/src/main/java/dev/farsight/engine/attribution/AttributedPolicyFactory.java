package dev.farsight.engine.attribution;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.config.Settings;

/** A plugin's cache policies. The cache checks and attributes the calls of a policy itself. */
final class AttributedPolicyFactory extends Attributed<CachePolicyFactory>
    implements CachePolicyFactory {

  AttributedPolicyFactory(CachePolicyFactory factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public void check(Settings own) {
    calls.run("CachePolicyFactory.check", () -> factory.check(own));
  }

  @Override
  public CachePolicy create(PolicyContext context) {
    return calls.get("CachePolicyFactory.create", () -> factory.create(context));
  }

  @Override
  public long heapBytes(PolicyContext context) {
    return calls.get("CachePolicyFactory.heapBytes", () -> factory.heapBytes(context));
  }

  @Override
  public boolean wantsFrequencies() {
    return calls.get("CachePolicyFactory.wantsFrequencies", factory::wantsFrequencies);
  }

  @Override
  public boolean wantsNextUse() {
    return calls.get("CachePolicyFactory.wantsNextUse", factory::wantsNextUse);
  }
}
