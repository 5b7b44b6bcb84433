using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Cpu.Merging;

public sealed class PhiloxLanesTests
{
    [TestCase(0UL, 0u, 0UL)]
    [TestCase(0x1234_5678_9ABC_DEF0UL, 2u, 16UL)]
    [TestCase(ulong.MaxValue, uint.MaxValue, 0xFFFF_FFF0UL)]
    [TestCase(42UL, 7u, 0x1_2345_6780UL)]
    public void Finish_AnyCounter_GivesTheSpecifiedWords(ulong key, uint stream, ulong counter)
    {
        var start = PhiloxLanes.Start(key, stream, (uint)(counter >> 32));
        PhiloxLanes.Open(key, (uint)counter).Finish(start, key, out var word0, out var word1, out var word2, out var word3);
        for (var lane = 0; lane < Vector512<ulong>.Count; lane++)
        {
            var expected = Philox.Block(new PhiloxWords((uint)counter + (uint)lane, (uint)(counter >> 32), stream, 0), key);
            Assert.That(
                new PhiloxWords((uint)word0[lane], (uint)word1[lane], (uint)word2[lane], (uint)word3[lane]), Is.EqualTo(expected), $"lane {lane}");
        }
    }
}
