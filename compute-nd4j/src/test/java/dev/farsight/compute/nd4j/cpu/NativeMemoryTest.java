package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  @Test
  void blocksAreZeroedAlignedAndInNativeOrder() {
    try (var memory = new NativeMemory()) {
      for (int bytes : new int[] {1, 63, 64, 4096, 5 << 20}) {
        var block = memory.bytes(bytes);
        assertThat(block.capacity()).isEqualTo(bytes);
        assertThat(block.order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(new Pointer(block).address() % 64).as("%d bytes", bytes).isZero();
        for (int i = 0; i < bytes; i++) {
          if (block.get(i) != 0) {
            throw new AssertionError("byte " + i + " of " + bytes + " is " + block.get(i));
          }
          block.put(i, (byte) 1);
        }
      }
      assertThat(memory.allocated()).isEqualTo(1 + 63 + 64 + 4096 + (5 << 20));
      assertThat(memory.bytes(0).capacity()).isZero();
    }
  }

  @Test
  void pointersAndBuffersOfAMatrixAreOne() {
    try (var memory = new NativeMemory()) {
      var matrix = memory.matrix(5, 7);
      matrix.floats().put(matrix.at(3) + 2, 1.5f);
      assertThat(matrix.pointer(3, 2).get()).isEqualTo(1.5f);
      assertThat(matrix.bits().get(3 * 7 + 2)).isEqualTo(Float.floatToRawIntBits(1.5f));
      matrix.pointer(4, 6).put(-2f);
      assertThat(matrix.floats().get(34)).isEqualTo(-2f);
      assertThat(matrix.floats().capacity()).isEqualTo(35);
    }
  }

  @Test
  void tooLargeABlockIsRefused() {
    try (var memory = new NativeMemory()) {
      assertThatThrownBy(() -> memory.bytes(1L << 31))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("2147483648 bytes");
    }
  }
}
