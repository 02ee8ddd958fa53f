package dev.farsight.engine.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands around a plugin's part passes every call on: a default must not hide the part's. */
class WrappersTest {

  private static Stream<Arguments> wrappers() throws ClassNotFoundException {
    return Stream.of(
        Arguments.of(DataSource.class, Class.forName("dev.farsight.engine.data.CheckedData")),
        Arguments.of(DataSource.class, ForwardingDataSource.class),
        Arguments.of(DataSourceFactory.class, AttributedSourceFactory.class),
        Arguments.of(ModelFactory.class, AttributedModelFactory.class),
        Arguments.of(RowStoreFactory.class, AttributedStoreFactory.class),
        Arguments.of(RowStore.class, AttributedStore.class),
        Arguments.of(CachePolicyFactory.class, AttributedPolicyFactory.class),
        Arguments.of(ComputeFactory.class, AttributedComputeFactory.class),
        Arguments.of(ComputeBackend.class, AttributedBackend.class),
        Arguments.of(CollectiveFactory.class, AttributedCollectiveFactory.class),
        Arguments.of(Collective.class, AttributedCollective.class),
        Arguments.of(ExportFormat.class, AttributedFormat.class));
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void passesEveryCallOn(Class<?> part, Class<?> wrapper) throws NoSuchMethodException {
    List<Method> calls =
        Arrays.stream(part.getMethods())
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .toList();
    assertThat(calls).isNotEmpty();
    for (Method call : calls) {
      Class<?> by = wrapper.getMethod(call.getName(), call.getParameterTypes()).getDeclaringClass();
      assertThat(by.isInterface()).as("%s: %s is not passed on", wrapper, call).isFalse();
    }
  }
}
