using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// How many elements of every block lie exactly at an end of their input's bracket: enough to find any of them again. Kept between calls.
/// </summary>
internal sealed class EndCounts
{
    private int[] _counts = [];
    private int _blockCount;

    public void Reset(int inputCount, long elementCount)
    {
        _blockCount = checked((int)((elementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize));
        var size = checked(2 * inputCount * _blockCount);
        if (_counts.Length < size)
        {
            _counts = new int[size];
        }

        Array.Clear(_counts, 0, size);
    }

    /// <summary>A block's elements at the upper end.</summary>
    public ref int High(int input, Block block) => ref _counts[(2 * input * _blockCount) + (int)(block.Place / MergeSweep.TileSize)];

    /// <summary>A block's elements at the lower end, where that is another than the upper.</summary>
    public ref int Low(int input, Block block) => ref _counts[(((2 * input) + 1) * _blockCount) + (int)(block.Place / MergeSweep.TileSize)];

    /// <summary>Elements per block at an input's upper end.</summary>
    public ReadOnlySpan<int> High(int input) => _counts.AsSpan(2 * input * _blockCount, _blockCount);

    /// <summary>Elements per block at an input's lower end.</summary>
    public ReadOnlySpan<int> Low(int input) => _counts.AsSpan(((2 * input) + 1) * _blockCount, _blockCount);

    public static long Total(ReadOnlySpan<int> counts)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        return total;
    }
}
