package dev.farsight.cache.lfu;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.testkit.cache.CachePolicyContract;

class LfuPolicyTest extends CachePolicyContract {

  @Override
  protected CachePolicyFactory factory() {
    return new LfuPolicy.Factory();
  }
}
