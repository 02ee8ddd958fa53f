package dev.farsight.testkit.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CachePolicyContractTest {

  @Test
  void aCorrectPolicyPasses() throws ReflectiveOperationException {
    assertThat(complaints(FifoPolicy::new)).isEmpty();
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(BrokenPolicies.NamesPinned::new, "namesOnlyEvictableSlots", "which is pinned"),
        bug(BrokenPolicies.NamesOneTwice::new, "namesOnlyEvictableSlots", "twice"),
        bug(BrokenPolicies.NamesOutOfRange::new, "namesOnlyEvictableSlots", "not from 0 to 31"),
        bug(BrokenPolicies.NamesFreeSlots::new, "namesOnlyEvictableSlots", "which holds no row"),
        bug(BrokenPolicies.NamesFewer::new, "forgetsEvictedRows", "returned 12 victims where"),
        bug(BrokenPolicies.NamesMore::new, "namesOnlyEvictableSlots", "wrote beyond the"),
        bug(BrokenPolicies.ForgetsEvictions::new, "forgetsEvictedRows", "named slot"),
        bug(
            BrokenPolicies.NotesTooMuch::new,
            "forgetsEvictedRows",
            "with notes: policy under-test, batch 4: noted 1024 of row"),
        bug(
            BrokenPolicies.NotesInVain::new,
            "forgetsEvictedRows",
            "without notes: policy under-test, batch 4: noted 1 of row"),
        bug(BrokenPolicies.KeepsRowsOnReset::new, "forgetsEverythingOnReset", "victims"),
        bug(BrokenPolicies.KeepsCountingOnReset::new, "forgetsEverythingOnReset", "after reset"),
        bug(
            BrokenPolicies.SavesOnlyHalf::new,
            "continuesEquallyFromWhatItSaved",
            "victims after restore: first difference at victim "),
        bug(BrokenPolicies.SavesNothing::new, "continuesEquallyFromWhatItSaved", "victims"),
        bug(
            BrokenPolicies.RestoresOnTop::new,
            "continuesEquallyFromWhatItSaved",
            "rows in 32 slots"),
        bug(
            BrokenPolicies.LeavesBytesUnread::new,
            "continuesEquallyFromWhatItSaved",
            "did not read"),
        bug(BrokenPolicies.Moody::new, "givesTheSameAnswersToTheSameCalls", "of two instances"),
        bug(BrokenPolicies.Contradictory::new, "survivesALongRun", "slot 3 is on two lists"),
        bug(BrokenPolicies.Allocates::new, "allocatesNothingPerBatch", "bytes allocated"),
        bug(
            BrokenPolicies.LooksAtEverySlot::new,
            "looksAtFewSlotsToFindVictims",
            "slots looked at"));
  }

  private static Arguments bug(IntFunction<CachePolicy> policy, String test, String complaint) {
    return arguments(policy.apply(1).getClass().getSimpleName(), policy, test, complaint);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("bugs")
  void aPlantedBugIsNamed(
      String name, IntFunction<CachePolicy> policy, String test, String complaint)
      throws ReflectiveOperationException {
    assertThat(complaints(policy))
        .as(name)
        .hasEntrySatisfying(test, message -> assertThat(message).contains("seed ", complaint));
  }

  /** Runs the whole contract: messages of the tests that fail, by name. */
  private static Map<String, String> complaints(IntFunction<CachePolicy> policies)
      throws ReflectiveOperationException {
    var contract =
        new CachePolicyContract() {
          @Override
          protected CachePolicyFactory factory() {
            return factoryOf(policies);
          }
        };
    var complaints = new TreeMap<String, String>();
    for (Method test : CachePolicyContract.class.getDeclaredMethods()) {
      if (test.isAnnotationPresent(Test.class)) {
        try {
          test.invoke(contract);
        } catch (InvocationTargetException e) {
          complaints.put(test.getName(), String.valueOf(e.getCause().getMessage()));
        }
      }
    }
    return complaints;
  }

  private static CachePolicyFactory factoryOf(IntFunction<CachePolicy> policies) {
    return new CachePolicyFactory() {
      @Override
      public String name() {
        return "under-test";
      }

      @Override
      public CachePolicy create(PolicyContext context) {
        return policies.apply(context.slots());
      }
    };
  }
}
