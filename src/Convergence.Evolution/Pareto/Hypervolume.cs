namespace Convergence.Evolution.Pareto;

/// <summary>
/// The volume of what a front is better than, up to a reference point (Zitzler and Thiele, "Multiobjective evolutionary algorithms: a
/// comparative case study and the strength Pareto approach", 1999): one number for how good a front is.
/// </summary>
public static class Hypervolume
{
    /// <summary>
    /// The volume between the members and the reference, exact, by slicing along the last objective. The time grows with the count to the
    /// power of the objectives less one: for fronts of some hundred members and up to four objectives.
    /// </summary>
    /// <param name="losses">The losses of each member; lower is better. Members not better than the reference in all count nothing.</param>
    /// <param name="reference">A point worse than any that counts.</param>
    /// <exception cref="ArgumentException">A member has not as many losses as the reference.</exception>
    public static double Of(IReadOnlyList<double[]> losses, double[] reference)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(reference);
        if (losses.Any(member => member.Length != reference.Length))
        {
            throw new ArgumentException($"The reference has {reference.Length} objectives, a member another number.", nameof(losses));
        }

        double[][] counting = [.. losses.Where(member => member.Zip(reference, (loss, limit) => loss < limit).All(better => better))];
        return Volume(counting, reference, reference.Length);
    }

    private static double Volume(double[][] members, double[] reference, int count)
    {
        if (members.Length == 0)
        {
            return 0;
        }

        if (count == 1)
        {
            return reference[0] - members.Min(member => member[0]);
        }

        // From the lowest member up, each slice is as high as the step to the next, and as large as what lies below it covers.
        var axis = count - 1;
        double[][] rising = [.. members.OrderBy(member => member[axis])];
        var volume = 0.0;
        for (var place = 0; place < rising.Length; place++)
        {
            var top = place + 1 < rising.Length ? rising[place + 1][axis] : reference[axis];
            if (top > rising[place][axis])
            {
                volume += (top - rising[place][axis]) * Volume(rising[..(place + 1)], reference, axis);
            }
        }

        return volume;
    }
}
