package dev.farsight.testkit.model;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.testkit.CaseNames;
import dev.farsight.testkit.compute.TestBackend;
import dev.farsight.testkit.config.WrongSetting;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every model must do. Extend it and name the factory, settings and, if there are any, wrong
 * ones:
 *
 * <pre>
 * class MyModelTest extends ModelContract {
 *   &#64;Override
 *   protected ModelFactory factory() {
 *     return new MyModelFactory();
 *   }
 *
 *   &#64;Override
 *   protected List&lt;String&gt; settings() {
 *     return List.of("hidden = [6]", "hidden = [6, 4], dropout = 0.25");
 *   }
 *
 *   &#64;Override
 *   protected List&lt;WrongSetting&gt; wrongSettings() {
 *     return List.of(new WrongSetting("hidden = [0]", "hidden"));
 *   }
 * }
 * </pre>
 *
 * <p>Every settings are tried with every layout of {@link #data}. Models for tests should be small:
 * layers some floats wide. What the settings do not say is as in the reference.conf on the class
 * path.
 *
 * <p>The tests are grouped by what they are about: {@link TapeContract} (what a model records:
 * shapes, names, the same each time; what it refuses), {@link GradientContract} (finite
 * differences; whether everything is connected to the logit) and {@link TrainingContract} (logits,
 * losses and updates of every {@linkplain #backends backend} are those in float64; a logit depends
 * on its sample alone; a planted problem is learnt). Seeds are fixed, and named by failures.
 *
 * <p>A layout of data and a backend take some tenths of a second for each settings.
 *
 * <p>Not tested: whether the tape is the model that you mean. Compare its logits with its formula,
 * as {@code docs/examples/model-plugin} does. Nor how well it learns real data, and speed.
 *
 * <p>JUnit makes one instance of the class for all of its tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(CaseNames.class)
public abstract class ModelContract implements TapeContract, GradientContract, TrainingContract {

  private static final int DIM = 5;

  /** The factory of the models under test. */
  protected abstract ModelFactory factory();

  /** Keys of the model's own section in HOCON; every string of the list is a model. */
  protected abstract List<String> settings();

  /** Settings that the factory must refuse; none by default. */
  protected List<WrongSetting> wrongSettings() {
    return List.of();
  }

  /** The layouts of samples that the model is tried with. */
  protected List<ModelData> data() {
    return ModelData.all();
  }

  /**
   * Whether the model takes data of a layout. If not, the factory must refuse it in a line that
   * names a setting.
   */
  protected boolean takes(BatchSchema schema) {
    return true;
  }

  /** Fewest floats of a row that the model takes; it must refuse fewer. */
  protected int fewestDims() {
    return 1;
  }

  /**
   * What the model is trained on: by default, the naive backend and those for the CPU on the class
   * path.
   */
  protected List<TestBackend> backends() {
    return TestBackend.onClassPath();
  }

  @Override
  public final ModelFactory models() {
    return factory();
  }

  @Override
  public final Stream<ModelCase> cases() {
    return settings().stream()
        .flatMap(
            settings ->
                data().stream()
                    .filter(data -> takes(data.schema()))
                    .map(data -> new ModelCase(settings, data)));
  }

  @Override
  public final Stream<ModelData> refused() {
    return data().stream().filter(data -> !takes(data.schema()));
  }

  @Override
  public final Stream<WrongSetting> wrong() {
    return wrongSettings().stream();
  }

  @Override
  public final int dim() {
    return Math.max(DIM, fewestDims());
  }

  @Override
  public final int leastDim() {
    return fewestDims();
  }

  @Override
  public final List<TestBackend> testBackends() {
    return backends();
  }
}
