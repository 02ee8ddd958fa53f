package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.RowStoreContractTest.contract;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.testkit.store.OtherRowsContract.Difference;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores that keep their rows, with one planted bug each: the contract must find it. */
class ReopenContractTest {

  @TempDir Path folder;

  /** A test of the contract. */
  @FunctionalInterface
  private interface ContractTest {
    void run(RowStoreContract contract) throws Exception;
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(new BrokenFileStores.BeginsAnew(), RowStoreContract::rowsWrittenComeBackAfterReopening),
        bug(new BrokenFileStores.BeginsAnew(), RowStoreContract::rowsHeldAreCountedAfterReopening),
        bug(
            new BrokenFileStores.ForgetsTheLastWrite(),
            RowStoreContract::rowsWrittenComeBackAfterReopening),
        bug(
            new BrokenFileStores.IsAnotherEachTime(),
            RowStoreContract::anIdentityStaysAndIsNoOtherStores),
        bug(
            new BrokenFileStores.IsAlwaysNew(),
            RowStoreContract::anIdentityStaysAndIsNoOtherStores),
        bug(
            new BrokenFileStores.HasOneNameForAll(),
            RowStoreContract::anIdentityStaysAndIsNoOtherStores),
        bug(
            new BrokenFileStores.ForgetsItsGeneration(),
            RowStoreContract::anIdentityStaysAndIsNoOtherStores),
        bug(
            new BrokenFileStores.ForgetsItsGeneration(),
            RowStoreContract::everyGenerationThatIsKeptCanBeReopened),
        bug(
            new BrokenFileStores.FlushesNothing(),
            RowStoreContract::whatIsFlushedIsThereAfterAKill),
        bug(
            new BrokenFileStores.OpensTheFirstGeneration(),
            RowStoreContract::everyGenerationThatIsKeptCanBeReopened),
        bug(
            new BrokenFileStores.ComesBackToOtherRows(),
            RowStoreContract::generationsThatAreKeptCanBeReturnedTo),
        bug(
            new BrokenFileStores.MakesWhatItDoesNotFind(),
            RowStoreContract::nothingIsMadeWhereThereAreNoRows),
        bug(
            new BrokenFileStores.WritesToRead(),
            RowStoreContract::aReaderGivesTheRowsAndChangesNoFile));
  }

  private static Arguments bug(RowStoreFactory factory, ContractTest test) {
    return arguments(factory.getClass().getSimpleName(), factory, test);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void findsTheBugOfAStoreThat(String bug, RowStoreFactory factory, ContractTest test) {
    RowStoreContract contract = contract(factory, folder);
    assertThatThrownBy(() -> test.run(contract)).as(bug).isInstanceOf(AssertionError.class);
  }

  /** That is the bug which the test of a kill is for: other tests do not find it. */
  @Test
  void rowsThatAreWrittenOnCloseAreThereAfterClose() {
    RowStoreContract contract = contract(new BrokenFileStores.FlushesNothing(), folder);
    assertThatCode(contract::rowsWrittenComeBackAfterReopening).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(Difference.class)
  void findsAStoreThatTakesOtherRows(Difference difference) {
    assertFound(new BrokenFileStores.TakesAnyRows(), difference);
  }

  @ParameterizedTest
  @EnumSource(Difference.class)
  void findsAStoreThatDoesNotTellBoth(Difference difference) {
    assertFound(new BrokenFileStores.CrashesOnOtherRows(), difference);
    if (difference != Difference.GENERATION) {
      assertFound(new BrokenFileStores.TellsWhatItHasOnly(), difference);
    }
  }

  private void assertFound(RowStoreFactory factory, Difference difference) {
    RowStoreContract contract = contract(factory, folder.resolve(factory.getClass().getName()));
    ThrowingCallable test = () -> contract.aStoreOfOtherRowsIsRefused(difference);
    assertThatThrownBy(test).isInstanceOf(AssertionError.class).hasMessageContaining("open");
  }

  @Test
  void findsAStoreInMemoryThatHasAnIdentity() {
    var stores =
        new MemoryStores(
            spec ->
                new ForwardingRowStore(new NaiveRowStore(spec)) {
                  @Override
                  public Optional<StoreIdentity> identity() {
                    return Optional.of(new StoreIdentity("id", true, "memory", 0));
                  }
                });
    RowStoreContract contract = contract(stores, folder);
    assertThatThrownBy(contract::aStoreInMemoryHasNoIdentityAndNoReader)
        .isInstanceOf(AssertionError.class);
  }
}
