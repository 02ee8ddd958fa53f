package dev.farsight.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.config.WrongSetting;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model records, and what it refuses to record. */
interface TapeContract extends ModelUnderTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void endsInOneLogitPerSample(ModelCase of) {
    for (int dim : new int[] {leastDim(), dim(), 16}) {
      Tape tape = ModelUnderTest.tape(model(of.settings(), dim, of.schema()), dim, of.schema());
      assertThat(tape.logits().size()).as("values of the logit with dim %d", dim).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void parametersHaveNamesOfTheirOwnAndSizes(ModelCase of) {
    List<Parameter> parameters = ModelUnderTest.tape(model(of), dim(), of.schema()).parameters();
    assertThat(parameters).extracting(Parameter::name).doesNotHaveDuplicates();
    assertThat(parameters)
        .allSatisfy(
            parameter -> {
              assertThat(parameter.name()).isNotBlank();
              assertThat(parameter.size()).as(parameter.name()).isPositive();
              assertThat(parameter.scale()).as(parameter.name()).isFinite();
            });
  }

  /** A model is saved and loaded by the names and the order of its parameters. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void recordsTheSameTapeEachTime(ModelCase of) {
    Model model = model(of);
    Tape first = ModelUnderTest.tape(model, dim(), of.schema());
    assertSameTape("recorded again", ModelUnderTest.tape(model, dim(), of.schema()), first);
    assertSameTape("created again", ModelUnderTest.tape(model(of), dim(), of.schema()), first);
  }

  private static void assertSameTape(String what, Tape actual, Tape expected) {
    assertThat(actual.parameters()).as("parameters, " + what).isEqualTo(expected.parameters());
    assertThat(actual.ops()).as("ops, " + what).isEqualTo(expected.ops());
    assertThat(actual.logits()).as("logits, " + what).isEqualTo(expected.logits());
  }

  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource(WRONG)
  default void settingsOutOfRangeAreRefused(WrongSetting setting) {
    BatchSchema schema = cases().findFirst().orElseThrow().schema();
    setting.assertRefused(ownPath(), () -> record(setting.setting(), dim(), schema));
  }

  @Test
  default void rowsThatAreTooNarrowAreRefused() {
    Assumptions.assumeTrue(leastDim() > 1, "rows of one float will do");
    BatchSchema schema = cases().findFirst().orElseThrow().schema();
    new WrongSetting("embedding-dim = " + (leastDim() - 1), "embedding-dim")
        .assertRefused("farsight.model", () -> record("", leastDim() - 1, schema));
  }

  @Test
  default void dataThatTheModelCannotTakeIsRefused() {
    List<ModelData> refused = refused().toList();
    Assumptions.assumeFalse(refused.isEmpty(), "the model takes all of them");
    String settings = cases().findFirst().orElseThrow().settings();
    for (ModelData data : refused) {
      ThrowingCallable call = () -> record(settings, dim(), data.schema());
      Throwable thrown = catchThrowable(call);
      assertThat(thrown).as("with " + data).isInstanceOf(ConfigException.class);
      assertThat(thrown.getMessage())
          .as("with " + data)
          .contains("farsight.model.")
          .doesNotContain("\n");
    }
  }

  private void record(String settings, int dim, BatchSchema schema) {
    ModelUnderTest.tape(model(settings, dim, schema), dim, schema);
  }
}
