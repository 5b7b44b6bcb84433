using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>The Gaussian error linear unit, in place (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
internal sealed unsafe class GeluOperator(WorkerTeam team) : RowOperator(team)
{
    private CpuMatrix _values;
    private GeluForm _form;

    public void Run(CpuMatrix values, GeluForm form)
    {
        (_values, _form) = (values, form);
        RunRows(values.RowCount, values.ColumnCount);
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            Apply(_values.Row(row), _values.ColumnCount);
        }
    }

    private void Apply(float* values, int count)
    {
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            Apply(Vector512.Load(values + i)).Store(values + i);
        }

        if (i < count)
        {
            Lanes.StorePartial(Apply(Lanes.LoadPartial(values + i, count - i)), values + i, count - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Apply(Vector512<float> x) => _form == GeluForm.Tanh ? TanhForm(x) : ExactForm(x);

    // (1 + tanh u) / 2 = 1 / (1 + e^(-2u)).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> TanhForm(Vector512<float> x)
    {
        var cubic = Vector512.FusedMultiplyAdd(x * x, Vector512.Create(0.0713548162726f), Vector512.Create(1.5957691216057f));
        return x / (Vector512<float>.One + Lanes.Exp(-(x * cubic)));
    }

    // erf(z) = 1 - (a1 t + ... + a5 t^5) e^(-z^2) with t = 1 / (1 + p z), z >= 0, within 1.5e-7: Abramowitz and Stegun 7.1.26.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ExactForm(Vector512<float> x)
    {
        var z = Vector512.Abs(x) * 0.707106781f;
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(z, Vector512.Create(0.3275911f), Vector512<float>.One);
        var series = Vector512.Create(1.061405429f);
        series = Vector512.FusedMultiplyAdd(series, t, Vector512.Create(-1.453152027f));
        series = Vector512.FusedMultiplyAdd(series, t, Vector512.Create(1.421413741f));
        series = Vector512.FusedMultiplyAdd(series, t, Vector512.Create(-0.284496736f));
        series = Vector512.FusedMultiplyAdd(series, t, Vector512.Create(0.254829592f));

        // The upper tail 1 - Phi(|x|); Phi(x) is the tail itself on the left, its complement on the right.
        var tail = series * t * Lanes.Exp(-(z * z)) * 0.5f;
        var share = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
        return x * share;
    }
}
