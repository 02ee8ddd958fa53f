package dev.farsight.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.testkit.Complaints;
import dev.farsight.testkit.compute.TestBackend;
import dev.farsight.testkit.config.WrongSetting;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models with one planted bug each: the contract must find it, and nothing in a right one. */
class ModelContractTest {

  private static class Contract extends ModelContract {

    private final ModelFactory factory;

    Contract(ModelFactory factory) {
      this.factory = factory;
    }

    @Override
    protected ModelFactory factory() {
      return factory;
    }

    @Override
    protected List<String> settings() {
      return List.of("width = 3", "width = 7");
    }

    @Override
    protected List<WrongSetting> wrongSettings() {
      return List.of(new WrongSetting("width = 0", "width"));
    }

    @Override
    protected List<TestBackend> backends() {
      return List.of(TestBackend.naive());
    }
  }

  @Test
  void aRightModelPasses() {
    assertThat(Complaints.of(new Contract(new SmallFactory()))).isEmpty();
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(new BrokenModels.EndsInTwoValues(), "endsInOneLogitPerSample", "2 values"),
        bug(new BrokenModels.NeedsDenseFeatures(), "endsInOneLogitPerSample", "no dense features"),
        bug(new BrokenModels.NamesTwoLayersAlike(), "endsInOneLogitPerSample", "named top"),
        bug(new BrokenModels.NamesLayersByACounter(), "recordsTheSameTapeEachTime", "again"),
        bug(new BrokenModels.GrowsWithEachModel(), "recordsTheSameTapeEachTime", "created again"),
        bug(new BrokenModels.TakesAnySetting(), "settingsOutOfRangeAreRefused", "width = 0"),
        bug(new BrokenModels.LetsTheTapeComplain(), "settingsOutOfRangeAreRefused", "width = 0"),
        bug(
            new BrokenModels.ReadsNoRows(),
            "everyParameterAndEveryFeatureReachesTheLogit",
            "changes no logit: feature "),
        bug(
            new BrokenModels.LeavesALayerUnused(),
            "everyParameterAndEveryFeatureReachesTheLogit",
            "without a gradient: parameter unused.bias, unused.weight (seeds"),
        bug(new BrokenModels.SaysTheSameOfAll(), "learnsAPlantedProblem", "mean loss"));
  }

  private static Arguments bug(ModelFactory factory, String test, String complaint) {
    return arguments(factory.getClass().getSimpleName(), factory, test, complaint);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("bugs")
  void aPlantedBugIsNamed(String name, ModelFactory factory, String test, String complaint) {
    assertThat(Complaints.of(new Contract(factory), test))
        .as(name)
        .anySatisfy(message -> assertThat(message).contains(complaint));
  }

  @ParameterizedTest
  @EnumSource(BrokenBackend.class)
  void aBackendThatComputesOtherNumbersIsFound(BrokenBackend bug) {
    var contract =
        new Contract(new SmallFactory()) {
          @Override
          protected List<TestBackend> backends() {
            return List.of(TestBackend.naive(), bug.backend());
          }
        };
    String test =
        switch (bug) {
          case LEARNS_TOO_FAST -> "logitsLossesAndUpdatesAreThoseOfFloat64";
          case LEARNS_NOTHING -> "learnsAPlantedProblem";
          case MIXES_SAMPLES -> "logitsDependOnTheirSampleAlone";
        };
    assertThat(Complaints.of(contract, test))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains(bug.name(), "seed "));
  }

  @Test
  void whatTheModelSaysThatItDoesNotTakeMustBeRefused() {
    var dense =
        new Contract(new SmallFactory()) {
          @Override
          protected boolean takes(BatchSchema schema) {
            return schema.denseWidth() > 0;
          }
        };
    assertThat(Complaints.of(dense).keySet())
        .isEqualTo(Set.of("dataThatTheModelCannotTakeIsRefused"));
    var narrow =
        new Contract(new SmallFactory()) {
          @Override
          protected int fewestDims() {
            return 2;
          }
        };
    assertThat(Complaints.of(narrow).keySet()).isEqualTo(Set.of("rowsThatAreTooNarrowAreRefused"));
  }
}
