package dev.farsight.testkit.model;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.TestBackend;
import dev.farsight.testkit.config.Sections;
import dev.farsight.testkit.config.WrongSetting;
import java.util.List;
import java.util.stream.Stream;

/** What the parts of {@link ModelContract} share: the model, its settings and its data. */
interface ModelUnderTest {

  /** Where parameterized tests find {@link #cases}. */
  String CASES = "cases";

  /** Where parameterized tests find {@link #wrong}. */
  String WRONG = "wrong";

  /** The factory of the models under test. */
  ModelFactory models();

  /** Every settings with every layout of data that the model takes. */
  Stream<ModelCase> cases();

  /** Layouts of data that the model refuses. */
  Stream<ModelData> refused();

  /** Settings that the model refuses. */
  Stream<WrongSetting> wrong();

  /** Floats of a row. */
  int dim();

  /** Fewest floats of a row that the model takes. */
  int leastDim();

  /** Fresh backends to train on. */
  List<TestBackend> testBackends();

  /** Path of the model's own section. */
  default String ownPath() {
    return "farsight.model." + models().name();
  }

  /** The model of some settings, as the engine creates it. */
  default Model model(String settings, int dim, BatchSchema schema) {
    ModelFactory factory = models();
    String keys =
        "type = %s\nembedding-dim = %d\n%s { %s\n}"
            .formatted(factory.name(), dim, factory.name(), settings);
    return factory.create(
        ModelContext.of(Sections.of("farsight.model", keys, factory), factory.name(), schema));
  }

  default Model model(ModelCase of) {
    return model(of.settings(), dim(), of.schema());
  }

  /** Records a model on a tape of its own. */
  static Tape tape(Model model, int dim, BatchSchema schema) {
    var tape = new Tape(schema, dim);
    return tape.finish(model.logits(tape));
  }
}
