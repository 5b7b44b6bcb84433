using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>Adds what the blocks and workers of a survey found, blocks in their order.</summary>
internal static class SurveyReduction
{
    public static void Reduce(SurveyLayout layout, double[] sums, long[] counts, TaskVectorSurvey survey)
    {
        var inputs = layout.InputCount;
        for (var block = 0; block < sums.Length; block += layout.SumCount)
        {
            var blockSums = sums.AsSpan(block, layout.SumCount);
            for (var first = 0; first <= inputs; first++)
            {
                for (var second = first; second <= inputs; second++)
                {
                    survey.AddProduct(first, second, blockSums[layout.Product(first, second)]);
                }
            }

            for (var input = 0; input < inputs; input++)
            {
                survey.MagnitudeSums[input] += blockSums[layout.MagnitudeSum(input)];
                survey.LargestMagnitudes[input] = Math.Max(survey.LargestMagnitudes[input], blockSums[layout.LargestMagnitude(input)]);
            }
        }

        for (var worker = 0; worker < counts.Length; worker += layout.CountSpacing)
        {
            AddCounts(layout, counts.AsSpan(worker, layout.CountSpacing), survey);
        }
    }

    private static void AddCounts(SurveyLayout layout, ReadOnlySpan<long> counts, TaskVectorSurvey survey)
    {
        var inputs = layout.InputCount;
        survey.NonFinite[0] += counts[SurveyLayout.NonFinite(0)];
        survey.Conflicts += inputs == 2 ? counts[layout.PairConflicts(0, 1)] : counts[SurveyLayout.Conflicts];
        for (var input = 0; input < inputs; input++)
        {
            survey.NonFinite[input + 1] += counts[SurveyLayout.NonFinite(input + 1)];
            survey.Unchanged[input] += counts[layout.Unchanged(input)];
            survey.Large[input] += counts[layout.Large(input)];
            for (var other = input + 1; other < inputs; other++)
            {
                survey.AddPairConflicts(input, other, counts[layout.PairConflicts(input, other)]);
            }
        }
    }
}
