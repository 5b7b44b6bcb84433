using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// TIES's election for eight elements: the positive and the negative contributions are added apart, and the larger sum wins. That takes one
/// pass over the models, and neither the winner nor its sum depends on what the losers did.
/// </summary>
internal ref struct SignVote
{
    private Vector512<double> _positive;
    private Vector512<double> _negative;
    private Vector512<double> _positiveWeight;
    private Vector512<double> _negativeWeight;

    /// <summary>Adds one model's contribution.</summary>
    /// <param name="value">The weighted element of its task vector; zero does not vote.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<double> value)
    {
        // Which zero comes out of a comparison of zeros does not show in a sum.
        _positive += Vector512.MaxNative(value, Vector512<double>.Zero);
        _negative += Vector512.MinNative(value, Vector512<double>.Zero);
    }

    /// <summary>Adds one model's contribution and its weight where its change is large enough to vote.</summary>
    /// <param name="value">The weighted element of its task vector.</param>
    /// <param name="change">
    /// What it was weighted from: votes for plus from <paramref name="least"/> on, for minus from the opposite down.
    /// </param>
    /// <param name="least">The least change that votes.</param>
    /// <param name="opposite">-least.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="isMean">Whether the winners' weights will be asked for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(
        Vector512<double> value,
        Vector512<double> change,
        Vector512<double> least,
        Vector512<double> opposite,
        Vector512<double> weight,
        bool isMean)
    {
        _positive = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(change, least), _positive + value, _positive);
        _negative = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(change, opposite), _negative + value, _negative);
        if (isMean)
        {
            // The same comparisons, put differently: the compiler would otherwise keep their results as vectors, and select with two
            // instructions for one.
            _positiveWeight = Vector512.ConditionalSelect(
                Vector512.LessThanOrEqual(least, change), _positiveWeight + weight, _positiveWeight);
            _negativeWeight = Vector512.ConditionalSelect(
                Vector512.GreaterThanOrEqual(opposite, change), _negativeWeight + weight, _negativeWeight);
        }
    }

    /// <summary>Adds its weight to its side, where the winners' weights will be asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddWeight(Vector512<double> value, Vector512<double> weight)
    {
        var zero = Vector512<double>.Zero;
        _positiveWeight = Vector512.ConditionalSelect(Vector512.GreaterThan(value, zero), _positiveWeight + weight, _positiveWeight);
        _negativeWeight = Vector512.ConditionalSelect(Vector512.LessThan(value, zero), _negativeWeight + weight, _negativeWeight);
    }

    /// <summary>Adds one model's contribution and its weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<double> value, Vector512<double> weight)
    {
        Add(value);
        AddWeight(value, weight);
    }

    /// <summary>What the winning contributions add up to.</summary>
    /// <param name="leastPlus">See <see cref="LeastPlus"/>.</param>
    /// <param name="weight">The sum of the winners' weights, 1 where that is zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<double> Elect(Vector512<double> leastPlus, out Vector512<double> weight)
    {
        var sum = _positive + _negative;
        weight = Vector512.ConditionalSelect(Vector512.LessThan(sum, leastPlus), _negativeWeight, _positiveWeight);
        weight = Vector512.ConditionalSelect(Vector512.Equals(weight, Vector512<double>.Zero), Vector512<double>.One, weight);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(leastPlus, sum), _negative, _positive);
    }

    /// <summary>As the other, without weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<double> Elect(Vector512<double> leastPlus) =>
        Vector512.ConditionalSelect(ElectsMinus(leastPlus), _negative, _positive);

    /// <summary>Elements that elect plus less those that elect minus; a draw counts for neither.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<long> Balance()
    {
        var sum = _positive + _negative;
        return Vector512.LessThan(sum, Vector512<double>.Zero).AsInt64() - Vector512.GreaterThan(sum, Vector512<double>.Zero).AsInt64();
    }

    /// <summary>All ones where minus is elected. The rounded sum is zero only when the exact one is, so a draw is a draw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<double> ElectsMinus(Vector512<double> leastPlus) => Vector512.LessThan(_positive + _negative, leastPlus);

    /// <summary>The least sum that elects plus: zero, or the least number above it where a draw elects minus.</summary>
    public static Vector512<double> LeastPlus(int signOfZero) => Vector512.Create(signOfZero < 0 ? double.Epsilon : 0);
}
