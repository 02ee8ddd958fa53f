package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.testkit.Complaints;
import dev.farsight.testkit.config.WrongSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources with one planted bug each: the contract must find it, and nothing in a right one. */
class DataSourceContractTest {

  @TempDir Path folder;

  private DataSourceContract contract(
      Function<DataContext, DataSource> sources, UnaryOperator<DataCase> change) {
    var contract =
        new DataSourceContract() {
          @Override
          protected DataSourceFactory factory() {
            return new NumberSource.Factory(sources);
          }

          @Override
          protected List<DataCase> cases() {
            return List.of(
                change.apply(new DataCase("400 numbers", DataSourceContractTest::write)));
          }

          @Override
          protected List<WrongSetting> wrongSettings() {
            return List.of(new WrongSetting("first = 11", "first"));
          }
        };
    contract.folder = folder;
    return contract;
  }

  private static String write(Path folder) throws IOException {
    Path file = folder.resolve("numbers");
    Files.write(file, IntStream.range(0, 400).mapToObj(i -> "" + i * 37 % 1009).toList());
    return "path = \"" + file + "\", numbers.first = 1";
  }

  @Test
  void aRightSourcePasses() {
    assertThat(Complaints.of(contract(NumberSource::new, UnaryOperator.identity()))).isEmpty();
    assertThat(Complaints.of(contract(NumberSource::new, DataCase::droppingRows))).isEmpty();
  }

  static Stream<Arguments> bugs() {
    String batches = "batchesAreWhatTheSchemaSaysAndFull";
    return Stream.of(
        bug(BrokenSources.LabelsOfTwo::new, batches, "label 2.0 of sample"),
        bug(BrokenSources.DenseThatIsNone::new, batches, "dense feature 2 of 2 is Infinity"),
        bug(BrokenSources.IndexBehindTheTable::new, batches, "feature one: index 50"),
        bug(BrokenSources.NegativeWeight::new, batches, "weight -1.0 of sample"),
        bug(BrokenSources.LookupWithoutWeight::new, batches, "feature bag: a lookup of weight NaN"),
        bug(BrokenSources.OffsetsFromAnywhere::new, batches, "offsets do not begin at 0"),
        bug(BrokenSources.LeavesDenseOfBefore::new, batches, "dense feature 1 of 2 is NaN"),
        bug(BrokenSources.HalfABatchInTheMiddle::new, batches, "was not full"),
        bug(BrokenSources.EndsWithAnEmptyBatch::new, batches, "empty batch after sample 320"),
        bug(BrokenSources.BeginsAgainAfterTheEnd::new, batches, "behind the end"),
        bug(BrokenSources.PromisesMore::new, "asManySamplesAsPromised", "samples of TRAIN"),
        bug(BrokenSources.LeavesRowsOut::new, "theSameRowsAreLeftOut", "3 rows left out"),
        bug(BrokenSources.OtherSamplesEachPass::new, "theSameSamplesInEachPass", "second pass"),
        bug(
            BrokenSources.OtherSamplesInOtherBatches::new,
            "theSameSamplesInBatchesOfAnySize",
            "in batches of 1000"),
        bug(
            BrokenSources.OtherSamplesOnMoreThreads::new,
            "theSameSamplesWithAnyNumberOfThreads",
            "with 5 threads"),
        bug(BrokenSources.SkipsOneTooMany::new, "skippingBatchesIsReadingThem", "7 samples"),
        bug(
            BrokenSources.SkipsFromTheStart::new,
            "batchesCanBeSkippedAfterOthersWereRead",
            "TRAIN"),
        bug(BrokenSources.SkipsBeyondTheEnd::new, "skippingEndsAtTheEnd", "so many of them"),
        bug(BrokenSources.HasOnePlaceForAllPasses::new, "passesMayTakeTurns", "after sample 7"),
        bug(BrokenSources.HasOnePlaceForAllPasses::new, "passesMayBeReadByThreadsOfTheirOwn", ""),
        bug(BrokenSources.ClosesAllPasses::new, "aPassClosedHalfWayLeavesOthersAlone", "TRAIN"),
        bug(
            BrokenSources.CannotBeClosedTwice::new,
            "aSourceThatIsClosedGivesNothingWrong",
            "closed already"),
        bug(
            BrokenSources.GivesRubbishOnceItIsClosed::new,
            "aSourceThatIsClosedGivesNothingWrong",
            "the source closed"),
        bug(BrokenSources.AnotherSchemaForPasses::new, "hasOneSchema", "of a pass over TRAIN"),
        bug(
            BrokenSources.IsIdentifiedByItsPlace::new,
            "theIdentityIsThatOfTheContent",
            "of a copy elsewhere"),
        bug(
            BrokenSources.IsIdentifiedByChance::new,
            "theIdentityIsThatOfTheContent",
            "opened again"),
        bug(
            BrokenSources.ReadsOtherwiseWhatIsFitted::new,
            "theSameSamplesWithWhatWasFoundOut",
            "extend = false"),
        bug(
            BrokenSources.SavesLessOfWhatIsFitted::new,
            "theSameSamplesWithWhatWasFoundOut",
            "saved again"),
        bug(BrokenSources.SavesFolders::new, "theSameSamplesWithWhatWasFoundOut", "what is saved"),
        bug(BrokenSources.TakesAnySetting::new, "settingsOutOfRangeAreRefused", "first = 11"),
        bug(BrokenSources.DoesNotNameTheKey::new, "settingsOutOfRangeAreRefused", "numbers.first"));
  }

  private static Arguments bug(
      Function<DataContext, DataSource> source, String test, String complaint) {
    return arguments(source, test, complaint);
  }

  @ParameterizedTest(name = "{1}: {2}")
  @MethodSource("bugs")
  void aPlantedBugIsNamed(Function<DataContext, DataSource> source, String test, String complaint) {
    assertThat(Complaints.of(contract(source, UnaryOperator.identity()), test))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains(complaint));
  }

  @Test
  void dataThatIsReadOnceMustRefuseASecondPass() {
    assertThat(
            Complaints.of(
                contract(BrokenSources.ReadsAgain::new, DataCase::once),
                "dataThatIsReadOnceRefusesASecondPass"))
        .isNotEmpty();
  }
}
