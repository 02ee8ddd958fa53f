package dev.farsight.engine;

import static dev.farsight.api.model.Op.Activation.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is wrong stops the run before it starts, with one line that names it. */
class WrongModelTest {

  @TempDir Path folder;

  private record WrongFactory(Supplier<Model> models) implements ModelFactory {

    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public Model create(ModelContext context) {
      return models.get();
    }
  }

  private void assertSays(String line, Supplier<Model> models) {
    Components builtIn = TestRun.builtIn();
    var factories = new TreeMap<>(builtIn.models());
    factories.put("wrong", new WrongFactory(models));
    var components =
        new Components(
            builtIn.policies(),
            builtIn.stores(),
            builtIn.computes(),
            builtIn.sources(),
            factories,
            builtIn.collectives(),
            builtIn.exportFormats(),
            builtIn.offers());
    TestRun run = new TestRun(folder).components(components).set("model.type=wrong");
    assertThat(catchThrowable(run::train))
        .isInstanceOf(FarsightException.class)
        .hasMessage("model wrong " + line);
  }

  private void assertModelSays(String line, Model model) {
    assertSays("failed in Model.logits: " + line, () -> model);
  }

  private static Tensor logit(Tape tape) {
    return tape.linear("top", tape.embeddingBag(), 1, NONE);
  }

  @Test
  void wrongShapes() {
    assertModelSays(
        "pairwise: one vector of width 6 is needed, like the rows, not 1 of width 3",
        tape -> tape.pairwise(tape.dense(), tape.embeddingBag()));
    assertModelSays(
        "slice: elements 6 to 6 of vectors of width 6",
        tape -> tape.sum(tape.slice(tape.embeddingBag(), 6, 1)));
    assertModelSays(
        "cross.0: a cross layer of 3 and 30 values; it needs equally many",
        tape -> tape.cross("cross.0", tape.dense(), tape.embeddingBag(), 0));
    assertModelSays(
        "add: values of 1 x 3 and 5 x 6; they need one shape",
        tape -> tape.add(tape.dense(), tape.embeddingBag()));
  }

  @Test
  void wrongEnds() {
    assertModelSays("the model returned no logits", tape -> null);
    assertModelSays(
        "logits of 3 values per sample; a model ends in one value", tape -> tape.dense());
    assertModelSays(
        "the tape is already finished",
        tape -> {
          tape.finish(logit(tape));
          return tape.sum(tape.dense());
        });
    assertModelSays("logits: an input was not recorded on this tape", tape -> new Tensor(7, 1, 1));
  }

  @Test
  void namesThatAreTaken() {
    assertModelSays("two layers are named top", tape -> tape.add(logit(tape), logit(tape)));
  }

  @Test
  void parametersThatAreTooLarge() {
    assertModelSays(
        "b.weight: a parameter of 65536 x 65536 values; at most 2147483647 are possible",
        tape -> {
          Tensor x = tape.linear("a", tape.dense(), 65_536, NONE);
          return tape.sum(tape.linear("b", x, 65_536, NONE));
        });
  }

  @Test
  void failures() {
    assertSays("is broken: ModelFactory.create returned null", () -> null);
    assertModelSays(
        "java.lang.IndexOutOfBoundsException: Index 9 out of bounds for length 9",
        tape -> {
          throw new IndexOutOfBoundsException("Index 9 out of\n bounds for length 9");
        });
    assertModelSays(
        "class org.example.Util is missing; a plugin's jar must contain the libraries that the plugin needs",
        tape -> {
          throw new NoClassDefFoundError("org/example/Util");
        });
    assertModelSays(
        "java.lang.IllegalStateException",
        tape -> {
          throw new IllegalStateException();
        });
  }

  @Test
  void whatTheModelSaysToTheUserStaysAsItIs() {
    TestRun run = new TestRun(folder).set("model.type=deepfm", "model.embedding-dim=1");
    assertThat(catchThrowable(run::train))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "--set model.embedding-dim: farsight.model.embedding-dim: 1 is too small for model.type = deepfm: the last weight of a row is its first-order weight, the others are its vector; at least 2 are needed");
  }
}
