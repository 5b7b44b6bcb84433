using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// Rotary position embedding in place (Su et al., arXiv 2104.09864): features i and i + headSize/2 of a head are a point in the plane,
/// turned by the angle of its position and of i.
/// </summary>
internal sealed unsafe class RopeOperator(WorkerTeam team) : RowOperator(team)
{
    private CpuMatrix _heads;
    private CpuMatrix _cosines;
    private CpuMatrix _sines;
    private int* _positions;
    private int _headSize;

    public void Run(CpuMatrix heads, ReadOnlySpan<int> positions, CpuMatrix cosines, CpuMatrix sines, int headSize)
    {
        (_heads, _cosines, _sines, _headSize) = (heads, cosines, sines, headSize);
        fixed (int* pinned = positions)
        {
            _positions = pinned;
            RunRows(heads.RowCount, heads.ColumnCount);
        }
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            var position = _positions[row];
            float* cosines = _cosines.Row(position), sines = _sines.Row(position);
            var heads = _heads.Row(row);
            for (var head = 0; head < _heads.ColumnCount; head += _headSize)
            {
                Rotate(heads + head, cosines, sines, _headSize / 2);
            }
        }
    }

    private static void Rotate(float* head, float* cosines, float* sines, int half)
    {
        var i = 0;
        for (; i + Lanes.Count <= half; i += Lanes.Count)
        {
            var (x, y) = (Vector512.Load(head + i), Vector512.Load(head + half + i));
            var (cosine, sine) = (Vector512.Load(cosines + i), Vector512.Load(sines + i));
            ((x * cosine) - (y * sine)).Store(head + i);
            ((y * cosine) + (x * sine)).Store(head + half + i);
        }

        for (; i < half; i++)
        {
            var (x, y) = (head[i], head[half + i]);
            head[i] = (x * cosines[i]) - (y * sines[i]);
            head[half + i] = (y * cosines[i]) + (x * sines[i]);
        }
    }
}
