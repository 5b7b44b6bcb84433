using System.Runtime.InteropServices;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

internal sealed unsafe partial class MergeSweep
{
    /// <summary>As <see cref="Map"/>, with several outputs: every element is read and converted once for all of them.</summary>
    /// <param name="kernel">What to do.</param>
    /// <param name="baseTensor">The first tensor that the kernel sees, or <see langword="null"/>.</param>
    /// <param name="inputs">The tensors after it.</param>
    /// <param name="outputs">Receive the results; all of one type, none of them an input.</param>
    public void MapMany<TKernel>(
        TKernel kernel, DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<DeviceTensor> outputs)
        where TKernel : struct, IMapManyKernel
    {
        var operands = new Operands(baseTensor, inputs);
        var targets = new HostTensor[outputs.Length];
        for (var output = 0; output < targets.Length; output++)
        {
            var target = targets[output] = (HostTensor)outputs[output];
            Operands.RequireFloat(target.DType);
            ArgumentOutOfRangeException.ThrowIfNotEqual(target.ElementCount, operands.ElementCount);
            ArgumentOutOfRangeException.ThrowIfNotEqual(target.DType, targets[0].DType);
        }

        var size = ChunkSizeOf(operands.ElementCount);
        var chunkCount = checked((int)((operands.ElementCount + size - 1) / size));
        team.Run(chunkCount, (chunk, worker) =>
        {
            var end = Math.Min(operands.ElementCount, (chunk + 1) * size);
            var place = chunk * size;
            var whole = (end - place) / Granule * Granule;
            if (whole > 0 && operands.AreReadInPlace && targets[0].DType == operands.LaneType)
            {
                MapManyInPlace(kernel, operands, targets, place, whole);
                place += whole;
            }

            for (; place < end; place += TileSize)
            {
                MapManyTile(kernel, operands, targets, place, (int)Math.Min(TileSize, end - place), worker);
            }
        });
        operands.KeepAlive();
        GC.KeepAlive(targets);
    }

    private static void MapManyInPlace<TKernel>(TKernel kernel, Operands operands, HostTensor[] targets, long place, long count)
        where TKernel : struct, IMapManyKernel
    {
        var tensors = stackalloc byte*[operands.Count];
        for (var tensor = 0; tensor < operands.Count; tensor++)
        {
            tensors[tensor] = operands.At(tensor, place);
        }

        var outputs = stackalloc byte*[targets.Length];
        var isStreamed = targets[0].ByteCount * targets.Length >= StreamedByteCount;
        for (var output = 0; output < targets.Length; output++)
        {
            outputs[output] = targets[output].Pointer + (place * targets[output].DType.ByteCount());
            isStreamed &= (nuint)outputs[output] % 64 == 0;
        }

        KernelDispatch.Map(new MapManyCall<TKernel>(kernel, tensors, outputs, (nint)count), operands.LaneType, targets[0].DType, isStreamed);
    }

    // Results go to scratch memory, in the type that the kernel stores, and from there to the outputs, rounded.
    private void MapManyTile<TKernel>(TKernel kernel, Operands operands, HostTensor[] targets, long place, int count, int worker)
        where TKernel : struct, IMapManyKernel
    {
        const int TileByteCount = TileSize * sizeof(double);
        var tensors = stackalloc byte*[operands.Count];
        var results = stackalloc byte*[targets.Length];
        results[0] = LoadTile(operands, place, count, lead: 0, worker, tensors, extraTiles: targets.Length - 1);
        for (var output = 1; output < targets.Length; output++)
        {
            results[output] = results[0] + ((operands.Count + output) * (long)TileByteCount);
        }

        var padded = (count + Granule - 1) / Granule * Granule;
        KernelDispatch.Map(new MapManyCall<TKernel>(kernel, tensors, results, padded), operands.LaneType, targets[0].DType, isStreamed: false);
        var size = targets[0].DType.ByteCount();
        for (var output = 0; output < targets.Length; output++)
        {
            NativeMemory.Copy(results[output], targets[output].Pointer + (place * size), (nuint)(count * size));
        }
    }
}
