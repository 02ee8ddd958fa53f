package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.util.List;

class SyntheticContractTest extends DataSourceContract {

  private static final String SMALL =
      "eval-fraction = 0.2, synthetic { rows = 519, cardinalities = [7, 5000, 300], dense = 3 }\n";
  private static final String BAGS =
      SMALL + "synthetic { hotness = [1, 5, 3], hotness-law = uniform, pooling = mean }\n";

  @Override
  protected DataSourceFactory factory() {
    return new SyntheticFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase("one-hot", folder -> SMALL),
        new DataCase("no dense features", folder -> SMALL + "synthetic.dense = 0"),
        new DataCase("bags", folder -> BAGS),
        new DataCase("bags in memory", folder -> BAGS + "synthetic.in-memory = true"));
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("rows = 0", "rows"),
        new WrongSetting("cardinalities = []", "cardinalities"),
        new WrongSetting("hotness = 0", "hotness"),
        new WrongSetting("hotness-law = normal", "hotness-law"),
        new WrongSetting("pooling = min", "pooling"),
        new WrongSetting("dense = -1", "dense"),
        new WrongSetting("zipf = -1", "zipf"),
        new WrongSetting("missing = 2", "missing"),
        new WrongSetting("click-rate = 0", "click-rate"),
        new WrongSetting("dense-share = 0.6", "dense-share"),
        new WrongSetting("pair-share = nan", "pair-share"),
        new WrongSetting("half-rank = 0", "half-rank"));
  }
}
