// TIES's election of a sign.
#pragma once
#include "merge.cuh"

// Positive and negative contributions are added apart, and the larger sum wins: one pass over the models, and neither the winner nor its
// sum depends on what the losers did.
struct SignVote {
    double positive;
    double negative;
    double positive_weight;
    double negative_weight;
};

// Adds one model's weighted element; zero does not vote.
DEVICE void add_vote(SignVote& vote, double value) {
    vote.positive += value > 0 ? value : 0;
    vote.negative += value < 0 ? value : 0;
}

// Adds its weight to its side, where the winners' weights will be asked for.
DEVICE void add_vote_weight(SignVote& vote, double value, double weight) {
    vote.positive_weight = value > 0 ? vote.positive_weight + weight : vote.positive_weight;
    vote.negative_weight = value < 0 ? vote.negative_weight + weight : vote.negative_weight;
}

// The rounded sum is zero only when the exact one is, so a draw is a draw.
DEVICE bool elects_minus(const SignVote& vote, bool zero_is_negative) {
    const double sum = vote.positive + vote.negative;
    return sum < 0 || (sum == 0 && zero_is_negative);
}

// How what is kept of task vectors is joined: see the host's SparseFactors.
struct SparseJoin {
    double weights[MAX_INPUTS];
    double votes[MAX_INPUTS];
    double sums[MAX_INPUTS];
    double lambda;
    int elect_sign;
    int normalize;
    int zero_is_negative;
    int reserved;
};

// lambda times what the winners add up to, over the sum of their weights where they are to be averaged.
DEVICE double elected_change(const SignVote& vote, bool zero_is_negative, double lambda, bool normalize) {
    const bool minus = elects_minus(vote, zero_is_negative);
    const double sum = lambda * (minus ? vote.negative : vote.positive);
    const double weight = minus ? vote.negative_weight : vote.positive_weight;
    return normalize ? sum / (weight == 0 ? 1 : weight) : sum;
}
