using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Cpu.Merging.Sparse;

public sealed class PhiloxLanesTests
{
    [TestCase(0UL, 0u, 0UL)]
    [TestCase(0x1234_5678_9ABC_DEF0UL, 2u, 16UL)]
    [TestCase(ulong.MaxValue, uint.MaxValue, 0xFFFF_FFF0UL)]
    [TestCase(42UL, 7u, 0x1_2345_6780UL)]
    public unsafe void Finish_AnyCounter_GivesTheSpecifiedWords(ulong key, uint stream, ulong counter)
    {
        var roundKeys = stackalloc ulong[PhiloxLanes.RoundKeyCount];
        PhiloxLanes.WriteRoundKeys(key, roundKeys);
        var start = PhiloxLanes.Start(key, stream, (uint)(counter >> 32));
        var state = PhiloxLanes.Open(key, (uint)counter).Join(start);
        var second = state;
        var third = state;
        var fourth = state;
        PhiloxLanes.Finish(ref state, ref second, ref third, ref fourth, roundKeys);
        for (var lane = 0; lane < Vector512<ulong>.Count; lane++)
        {
            var expected = Philox.Block(new PhiloxWords((uint)counter + (uint)lane, (uint)(counter >> 32), stream, 0), key);
            Assert.That(
                new PhiloxWords((uint)state.Word0[lane], (uint)state.Word1[lane], (uint)state.Word2[lane], (uint)state.Word3[lane]),
                Is.EqualTo(expected),
                $"lane {lane}");
        }
    }
}
