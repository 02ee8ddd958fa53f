package dev.farsight.bench.model;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.models.ctr.DcnFactory;
import dev.farsight.models.ctr.DeepFmFactory;
import dev.farsight.models.ctr.WideDeepFactory;
import dev.farsight.models.dlrm.DlrmFactory;
import dev.farsight.testkit.compute.TestBackend;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.model.ModelContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

/**
 * The contract of every model that comes with Farsight, on backends that a subclass names. The
 * models' own modules have it on the naive backend.
 */
public abstract class ModelsOnBackends {

  /** What the models are trained on. */
  protected abstract List<TestBackend> backends();

  /** A model on these backends. */
  abstract class OnBackends extends ModelContract {

    private final ModelFactory factory;
    private final List<String> settings;

    OnBackends(ModelFactory factory, String... settings) {
      this.factory = factory;
      this.settings = List.of(settings);
    }

    @Override
    protected ModelFactory factory() {
      return factory;
    }

    @Override
    protected List<String> settings() {
      return settings;
    }

    @Override
    protected List<TestBackend> backends() {
      return ModelsOnBackends.this.backends();
    }
  }

  @Nested
  class Dlrm extends OnBackends {

    Dlrm() {
      super(
          new DlrmFactory(),
          "bottom-mlp = [6], top-mlp = [7, 4]",
          "bottom-mlp = [], top-mlp = [4], interaction = cross, cross-rank = 3, cross-layers = 2",
          "bottom-mlp = [6], top-mlp = [], interaction = cross, cross-rank = 0, cross-layers = 1");
    }

    @Override
    protected boolean takes(BatchSchema schema) {
      return schema.denseWidth() > 0;
    }

    @Override
    protected List<WrongSetting> wrongSettings() {
      return List.of(new WrongSetting("top-mlp = [0]", "top-mlp"));
    }
  }

  @Nested
  class Dcn extends OnBackends {

    Dcn() {
      super(
          new DcnFactory(),
          "cross-layers = 2, cross-rank = 0, deep-mlp = [6, 4], dropout = 0.25",
          "cross-layers = 2, cross-rank = 3, deep-mlp = [6], structure = parallel",
          "cross-layers = 1, deep-mlp = [6], layer-norm = true");
    }

    @Override
    protected List<WrongSetting> wrongSettings() {
      return List.of(new WrongSetting("cross-layers = 0", "cross-layers"));
    }
  }

  /** A model with a tower, whose rows are a vector and a first-order weight. */
  abstract class FirstOrder extends OnBackends {

    FirstOrder(ModelFactory factory) {
      super(factory, "deep-mlp = [6, 4]", "deep-mlp = [6], dropout = 0.25, layer-norm = true");
    }

    @Override
    protected int fewestDims() {
      return 2;
    }

    @Override
    protected List<WrongSetting> wrongSettings() {
      return List.of(new WrongSetting("deep-mlp = [0]", "deep-mlp"));
    }
  }

  @Nested
  class DeepFm extends FirstOrder {

    DeepFm() {
      super(new DeepFmFactory());
    }
  }

  @Nested
  class WideDeep extends FirstOrder {

    WideDeep() {
      super(new WideDeepFactory());
    }
  }
}
