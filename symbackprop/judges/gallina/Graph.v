Require Import Reals List Arith Lia Lra.
Require Import Coquelicot.Hierarchy Coquelicot.Derive.
Import ListNotations.
Open Scope R_scope.

Record node := Node { value : (nat -> R) -> R; partials : (nat -> R) -> list (nat * R) }.

Fixpoint weighted (f : nat -> R) (l : list (nat * R)) : R :=
  match l with nil => 0 | (j, c) :: l => c * f j + weighted f l end.

Definition smooth (n : node) : (nat -> R) -> Prop := fun v =>
  forall (V : R -> nat -> R) (t : R) (dv : nat -> R), (forall j, V t j = v j) ->
    (forall j c, In (j, c) (partials n v) -> is_derive (fun s => V s j) t (dv j)) ->
    is_derive (fun s => value n (V s)) t (weighted dv (partials n v)).

Fixpoint follows (k : nat) (ns : list node) (v : nat -> R) : Prop :=
  match ns with nil => True | n :: ns => v k = value n v /\ follows (S k) ns v end.

Fixpoint smooth_at (k : nat) (ns : list node) (v : nat -> R) : Prop :=
  match ns with nil => True
  | n :: ns => (smooth n v /\ forallb (fun e => Nat.ltb (fst e) k) (partials n v) = true) /\ smooth_at (S k) ns v end.

Lemma earlier k l : forallb (fun e : nat * R => Nat.ltb (fst e) k) l = true -> forall j c, In (j, c) l -> (j < k)%nat.
Proof. intros H j c Hj. rewrite forallb_forall in H. apply Nat.ltb_lt, (H (j, c) Hj). Qed.

(* sum of a list without a trailing zero *)
Fixpoint sum (l : list R) : R :=
  match l with nil => 0 | x :: l => match l with nil => x | _ => x + sum l end end.

Lemma sum_cons x l : sum (x :: l) = x + sum l.
Proof. destruct l; simpl; ring. Qed.

Lemma sum_app l r : sum (l ++ r) = sum l + sum r.
Proof. induction l as [|x l IH]; [simpl; ring|]. rewrite <- app_comm_cons, !sum_cons, IH. ring. Qed.

Fixpoint uses (j : nat) (a : R) (l : list (nat * R)) : list R :=
  match l with nil => nil | (i, c) :: l => if Nat.eqb i j then (c * a) :: uses j a l else uses j a l end.

Fixpoint arrivals (alpha : nat -> R) (k : nat) (ns : list node) (v : nat -> R) (j : nat) : list R :=
  match ns with nil => nil | n :: ns => uses j (alpha k) (partials n v) ++ arrivals alpha (S k) ns v j end.

Fixpoint total (n : nat) (f : nat -> R) : R := match n with O => 0 | S n => total n f + f n end.

Lemma total_ext n f g : (forall j, (j < n)%nat -> f j = g j) -> total n f = total n g.
Proof. induction n as [|n IH]; intros H; simpl; [reflexivity|]. rewrite IH, H by (intros; auto with arith). reflexivity. Qed.

Lemma total_plus n f g : total n (fun j => f j + g j) = total n f + total n g.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_0 n f : (forall j, (j < n)%nat -> f j = 0) -> total n f = 0.
Proof. induction n as [|n IH]; intros H; simpl; [reflexivity|]. rewrite IH, H by (intros; auto with arith). ring. Qed.

Lemma total_at n i f : (i < n)%nat -> (forall j, (j < n)%nat -> j <> i -> f j = 0) -> total n f = f i.
Proof.
  induction n as [|n IH]; intros Hi H; [lia|]. simpl. destruct (Nat.eq_dec i n) as [->|Hn].
  - rewrite total_0; [ring|]. intros; apply H; lia.
  - rewrite IH, (H n) by (try intros; try apply H; lia). ring.
Qed.


Lemma total_uses N a dv l : (forall j c, In (j, c) l -> (j < N)%nat) ->
  total N (fun j => dv j * sum (uses j a l)) = a * weighted dv l.
Proof.
  induction l as [|[i c] l IH]; intros H; simpl.
  - rewrite total_0; [ring|]. intros; ring.
  - rewrite Rmult_plus_distr_l, <- IH by (intros j d Hj; apply (H j d); right; exact Hj).
    replace (a * (c * dv i)) with (total N (fun j => if Nat.eqb i j then a * (c * dv j) else 0)).
    + rewrite <- total_plus. apply total_ext. intros j _. destruct (Nat.eqb i j); [rewrite sum_cons|]; ring.
    + rewrite (total_at N i).
      * rewrite Nat.eqb_refl. reflexivity.
      * apply (H i c). left; reflexivity.
      * intros j _ Hj. destruct (Nat.eqb_spec i j); [congruence|reflexivity].
Qed.

Section Curve.
Variables (V : R -> nat -> R) (t : R).

Let d j := Derive (fun s => V s j) t.

Lemma differentiable ns : forall k, (forall j, (j < k)%nat -> ex_derive (fun s => V s j) t) ->
  (forall s, follows k ns (V s)) -> smooth_at k ns (V t) ->
  forall j, (j < k + length ns)%nat -> ex_derive (fun s => V s j) t.
Proof.
  induction ns as [|n ns IH]; simpl; intros k Hk Hf Hs j Hj; [apply Hk; lia|].
  destruct Hs as [[Hn Hlt] Hs]. pose proof (earlier _ _ Hlt) as Hlt'. clear Hlt; rename Hlt' into Hlt.
  apply (IH (S k)); [|intros s; apply Hf|exact Hs|lia].
  intros i Hi. destruct (Nat.eq_dec i k) as [->|Hne]; [|apply Hk; lia].
  exists (weighted d (partials n (V t))).
  apply (is_derive_ext (fun s => value n (V s))); [intros s; symmetry; apply Hf|].
  apply Hn; [reflexivity|]. intros i c Hi'. apply Derive_correct, Hk, (Hlt i c Hi').
Qed.

Lemma tangent n k : (forall s, V s k = value n (V s)) -> smooth n (V t) ->
  (forall j c, In (j, c) (partials n (V t)) -> ex_derive (fun s => V s j) t) -> d k = weighted d (partials n (V t)).
Proof.
  intros Hf Hn He. unfold d at 1. apply is_derive_unique.
  apply (is_derive_ext (fun s => value n (V s))); [intros s; symmetry; apply Hf|].
  apply Hn; [reflexivity|]. intros j c Hj. apply Derive_correct, (He j c Hj).
Qed.

Variable alpha : nat -> R.

(* The adjoint identity. *)
Lemma adjoint N ns : forall k, (forall j, (j < N)%nat -> ex_derive (fun s => V s j) t) ->
  (forall s, follows k ns (V s)) -> smooth_at k ns (V t) -> (k + length ns <= N)%nat ->
  total N (fun j => d j * sum (arrivals alpha k ns (V t) j))
  = total N (fun j => if andb (Nat.leb k j) (Nat.ltb j (k + length ns)) then alpha j * d j else 0).
Proof.
  induction ns as [|n ns IH]; simpl; intros k He Hf Hs HN.
  - rewrite !total_0; [reflexivity| |]; intros j _.
    + destruct (Nat.leb_spec k j), (Nat.ltb_spec j (k + 0)); simpl; try reflexivity; lia.
    + ring.
  - destruct Hs as [[Hn Hlt] Hs]. pose proof (earlier _ _ Hlt) as Hlt'. clear Hlt; rename Hlt' into Hlt.
    rewrite (total_ext N _ (fun j => d j * sum (uses j (alpha k) (partials n (V t))) + d j * sum (arrivals alpha (S k) ns (V t) j)))
      by (intros; rewrite sum_app; ring).
    rewrite total_plus, (total_uses N) by (intros j c Hj; specialize (Hlt j c Hj); lia).
    rewrite IH; [|exact He|intros s; apply Hf|exact Hs|lia].
    rewrite <- (tangent n k); [|intros s; apply Hf|exact Hn|intros j c Hj; apply He; specialize (Hlt j c Hj); lia].
    transitivity (total N (fun j => if Nat.eqb j k then alpha j * d j else 0)
      + total N (fun j => if andb (Nat.leb (S k) j) (Nat.ltb j (S k + length ns)) then alpha j * d j else 0)).
    + f_equal. rewrite (total_at N k); [rewrite Nat.eqb_refl; reflexivity|lia|].
      intros j _ Hj. destruct (Nat.eqb_spec j k); [congruence|reflexivity].
    + rewrite <- total_plus. apply total_ext. intros j _.
      destruct (Nat.eqb_spec j k), (Nat.leb_spec k j), (Nat.leb_spec (S k) j), (Nat.ltb_spec j (S k + length ns)),
        (Nat.ltb_spec j (k + S (length ns))); simpl; try lia; ring.
Qed.

(* Backpropagation along any graph: the source i moves, the last value is the cost. *)
Theorem backpropagation m ns i :
  let last := Nat.pred (m + length ns) in
  (i < m)%nat -> ns <> nil ->
  is_derive (fun s => V s i) t 1 ->
  (forall j, (j < m)%nat -> j <> i -> forall s, V s j = V t j) ->
  (forall s, follows m ns (V s)) -> smooth_at m ns (V t) ->
  alpha last = 1 ->
  (forall j, (m <= j < last)%nat -> alpha j = sum (arrivals alpha m ns (V t) j)) ->
  sum (arrivals alpha m ns (V t) last) = 0 ->
  is_derive (fun s => V s last) t (sum (arrivals alpha m ns (V t) i)).
Proof.
  intros last Hi Hne Hmove Hstill Hf Hs Hone Hrec Hend.
  assert (Hlen : (0 < length ns)%nat) by (destruct ns; [congruence|simpl; lia]).
  assert (Hsrc : forall j, (j < m)%nat -> j <> i -> is_derive (fun s => V s j) t 0).
  { intros j Hj Hji. apply (is_derive_ext (fun _ => V t j)); [intros s; symmetry; apply Hstill; assumption|].
    apply is_derive_Reals, derivable_pt_lim_const. }
  assert (He : forall j, (j < m + length ns)%nat -> ex_derive (fun s => V s j) t).
  { apply differentiable; [|exact Hf|exact Hs]. intros j Hj. destruct (Nat.eq_dec j i) as [->|Hji];
      eexists; [exact Hmove|apply Hsrc; assumption]. }
  assert (Hdi : d i = 1) by (apply is_derive_unique; exact Hmove).
  assert (Hd0 : forall j, (j < m)%nat -> j <> i -> d j = 0) by (intros; apply is_derive_unique, Hsrc; assumption).
  assert (Hl : d last = sum (arrivals alpha m ns (V t) i)).
  { pose proof (adjoint (m + length ns) ns m He Hf Hs (Nat.le_refl _)) as H.
    set (F := fun j => if Nat.eqb j i then sum (arrivals alpha m ns (V t) i) else 0).
    set (G := fun j => if Nat.eqb j last then d last else 0).
    assert (E : total (m + length ns) F = total (m + length ns) G).
    { apply Rplus_eq_reg_r with (total (m + length ns)
        (fun j => if andb (Nat.leb m j) (Nat.ltb j last) then alpha j * d j else 0)).
      rewrite <- !total_plus. etransitivity; [|etransitivity; [exact H|]]; apply total_ext; intros j Hj; unfold F, G.
      - destruct (Nat.eqb_spec j i) as [->|Hji].
        + destruct (Nat.leb_spec m i), (Nat.ltb_spec i last); simpl; try lia;
            rewrite Hdi; ring.
        + destruct (Nat.leb_spec m j), (Nat.ltb_spec j last); simpl.
          * rewrite <- Hrec by lia; ring.
          * replace j with last by (unfold last in *; lia). rewrite Hend; ring.
          * rewrite Hd0 by lia; ring.
          * unfold last in *; lia.
      - destruct (Nat.eqb_spec j last) as [->|Hjl].
        + destruct (Nat.leb_spec m last), (Nat.ltb_spec last last), (Nat.ltb_spec last (m + length ns)); simpl;
            unfold last in *; try lia. rewrite Hone; ring.
        + destruct (Nat.leb_spec m j), (Nat.ltb_spec j last), (Nat.ltb_spec j (m + length ns)); simpl;
            unfold last in *; try lia; ring. }
    unfold F in E; rewrite (total_at _ i) in E; [|lia|intros j _ Hj; destruct (Nat.eqb_spec j i); congruence].
    unfold G in E; rewrite (total_at _ last) in E; [|unfold last; lia|intros j _ Hj; destruct (Nat.eqb_spec j last); congruence].
    rewrite !Nat.eqb_refl in E. symmetry; exact E. }
  rewrite <- Hl. apply Derive_correct, He. unfold last; lia.
Qed.
End Curve.

Fixpoint each (Q : nat -> Prop) (k n : nat) : Prop :=
  match n with O => True | S n => Q k /\ each Q (S k) n end.

Lemma each_in Q n : forall k, each Q k n -> forall j, (k <= j < k + n)%nat -> Q j.
Proof.
  induction n as [|n IH]; simpl; intros k H j Hj; [lia|]. destruct H as [H0 H].
  destruct (Nat.eq_dec j k) as [->|Hn]; [exact H0|apply (IH (S k) H); lia].
Qed.

Definition from (m : nat) (A : list R) (j : nat) : R := nth (j - m) A 0.

(* All values of a graph: its sources, then what is computed from them. *)
Definition point (sources rest : list R) (j : nat) : R := nth j (sources ++ rest) 0.

Definition replace (sources : list R) (i : nat) (s : R) : list R := firstn i sources ++ s :: skipn (S i) sources.

Lemma replace_length sources i s : (i < length sources)%nat -> length (replace sources i s) = length sources.
Proof. intros H. unfold replace. rewrite app_length, firstn_length, Nat.min_l by lia. cbn [length]. rewrite skipn_length. lia. Qed.

Lemma replace_same sources : forall i, (i < length sources)%nat -> replace sources i (nth i sources 0) = sources.
Proof.
  induction sources as [|x l IH]; intros i H; simpl in H; [lia|].
  destruct i as [|i]; [reflexivity|]. unfold replace in *. simpl. f_equal. apply IH. lia.
Qed.

Lemma replace_nth sources s : forall i j, (i < length sources)%nat ->
  nth j (replace sources i s) 0 = if Nat.eqb j i then s else nth j sources 0.
Proof.
  induction sources as [|x l IH]; intros i j H; simpl in H; [lia|].
  destruct i as [|i], j as [|j]; try reflexivity. unfold replace in *. simpl. apply IH. lia.
Qed.

Section Graph.
Variables (m hidden i : nat) (ns : list node) (sources : list R) (A : list R).
Variable run : forall s, { rest : list R | follows m ns (point (replace sources i s) rest) }.
Let rest s := proj1_sig (run s).
Let t := nth i sources 0.
Let v := point sources (rest t).
Let alpha := from m A.
Hypothesis Hi : (i < m)%nat.
Hypothesis Hsources : length sources = m.
Hypothesis Hlength : length ns = S hidden.
Hypothesis Hsmooth : smooth_at m ns v.
Hypothesis Hone : alpha (m + hidden) = 1.
Hypothesis Hadjoint : each (fun j => alpha j = sum (arrivals alpha m ns v j)) m hidden.
Hypothesis Hend : sum (arrivals alpha m ns v (m + hidden)) = 0.

Theorem gradient : is_derive (fun s => nth hidden (rest s) 0) t (sum (arrivals alpha m ns v i)).
Proof.
  pose (V := fun s => point (replace sources i s) (rest s)).
  assert (Ev : V t = v) by (unfold V, v, t; rewrite replace_same by lia; reflexivity).
  assert (Hlen : forall s, length (replace sources i s) = m) by (intros s; rewrite replace_length; lia).
  assert (Hsrc : forall j s, (j < m)%nat -> V s j = if Nat.eqb j i then s else nth j sources 0).
  { intros j s Hj. unfold V, point. rewrite app_nth1 by (rewrite Hlen; exact Hj). apply replace_nth. lia. }
  apply (is_derive_ext (fun s => V s (m + hidden)%nat)).
  { intros s. unfold V, point. rewrite app_nth2; rewrite Hlen; [f_equal; lia|lia]. }
  rewrite <- Ev. replace (m + hidden)%nat with (Nat.pred (m + length ns)) by lia.
  apply backpropagation.
  - exact Hi.
  - intros ->. discriminate Hlength.
  - apply (is_derive_ext (fun s => s)); [|apply is_derive_Reals, derivable_pt_lim_id].
    intros s. rewrite Hsrc, Nat.eqb_refl by exact Hi. reflexivity.
  - intros j Hj Hji s. rewrite !Hsrc by exact Hj. destruct (Nat.eqb_spec j i); congruence.
  - intros s. exact (proj2_sig (run s)).
  - rewrite Ev. exact Hsmooth.
  - replace (Nat.pred (m + length ns)) with (m + hidden)%nat by lia. exact Hone.
  - rewrite Ev. intros j Hj. apply (each_in _ _ _ Hadjoint). lia.
  - rewrite Ev. replace (Nat.pred (m + length ns)) with (m + hidden)%nat by lia. exact Hend.
Qed.
End Graph.

(* The kinds of node. *)

Definition left_sum (l : list R) : R := match l with nil => 0 | x :: r => fold_left Rplus r x end.

Lemma fold_left_Rplus l : forall a, fold_left Rplus l a = a + sum l.
Proof. induction l as [|x l IH]; intros a; [simpl; ring|]. simpl fold_left. rewrite IH, sum_cons. ring. Qed.

Lemma left_sum_sum l : left_sum l = sum l.
Proof. destruct l; [reflexivity|]. simpl left_sum. rewrite fold_left_Rplus, sum_cons. reflexivity. Qed.

Inductive term :=
| Edge (p j : nat)           (* the source p, a weight, times the value j *)
| Bias (p : nat)             (* the source p, a bias *)
| One (p : nat)              (* the source p, a weight, times a bias neuron *)
| Scaled (c : R) (j : nat)   (* a fixed weight *)
| Constant (c : R).          (* a fixed bias *)

Definition term_value (v : nat -> R) (e : term) : R :=
  match e with Edge p j => v p * v j | Bias p => v p | One p => v p * 1 | Scaled c j => c * v j | Constant c => c end.

Definition term_partials (v : nat -> R) (e : term) : list (nat * R) :=
  match e with
  | Edge p j => [(p, v j); (j, v p)] | Bias p => [(p, 1)] | One p => [(p, 1)] | Scaled c j => [(j, c)] | Constant c => []
  end.

Definition Sum (ts : list term) : node :=
  Node (fun v => left_sum (map (term_value v) ts)) (fun v => flat_map (term_partials v) ts).

Definition Act (f f' : R -> R) (j : nat) : node := Node (fun v => f (v j)) (fun v => [(j, f' (v j))]).

Lemma weighted_app f l r : weighted f (l ++ r) = weighted f l + weighted f r.
Proof. induction l as [|[j c] l IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma same (f : R -> R) (t l l' : R) : is_derive f t l -> l = l' -> is_derive f t l'.
Proof. intros H <-. exact H. Qed.

Lemma derive_const c t : is_derive (fun _ : R => c) t 0.
Proof. apply is_derive_Reals, derivable_pt_lim_const. Qed.

Lemma derive_plus (f g : R -> R) t df dg : is_derive f t df -> is_derive g t dg -> is_derive (fun s => f s + g s) t (df + dg).
Proof. intros Hf Hg. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_plus _ _ _ _ _ Hf Hg). Qed.

Lemma derive_mult (f g : R -> R) t df dg : is_derive f t df -> is_derive g t dg ->
  is_derive (fun s => f s * g s) t (df * g t + f t * dg).
Proof. intros Hf Hg. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_mult _ _ _ _ _ Hf Hg). Qed.

Lemma derive_comp (f g : R -> R) t df dg : is_derive g t dg -> is_derive f (g t) df -> is_derive (fun s => f (g s)) t (df * dg).
Proof. intros Hg Hf. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_comp _ _ _ _ _ Hg Hf). Qed.

Lemma derive_div (f g : R -> R) t df dg : is_derive f t df -> is_derive g t dg -> g t <> 0 ->
  is_derive (fun s => f s / g s) t ((df * g t - dg * f t) / Rsqr (g t)).
Proof. intros Hf Hg H0. apply is_derive_Reals. apply is_derive_Reals in Hf, Hg. exact (derivable_pt_lim_div _ _ _ _ _ Hf Hg H0). Qed.

Lemma derive_id t : is_derive (fun s : R => s) t 1.
Proof. apply is_derive_Reals, derivable_pt_lim_id. Qed.

Lemma derive_exp (f : R -> R) t df : is_derive f t df -> is_derive (fun s => exp (f s)) t (exp (f t) * df).
Proof. intros H. apply (derive_comp exp f); [exact H|]. apply is_derive_Reals, derivable_pt_lim_exp. Qed.

Lemma derive_ln (f : R -> R) t df : is_derive f t df -> 0 < f t -> is_derive (fun s => ln (f s)) t (/ f t * df).
Proof. intros H Hf. apply (derive_comp ln f); [exact H|]. apply is_derive_Reals, derivable_pt_lim_ln, Hf. Qed.

Lemma derive_minus_id t : is_derive (fun s => - s) t (- (1)).
Proof. apply is_derive_Reals. exact (derivable_pt_lim_opp _ _ _ (derivable_pt_lim_id t)). Qed.

Lemma derive_sum (A : Type) (f : R -> A -> R) (df : A -> R) (l : list A) t :
  (forall a, In a l -> is_derive (fun s => f s a) t (df a)) ->
  is_derive (fun s => sum (map (f s) l)) t (sum (map df l)).
Proof.
  induction l as [|a l IH]; intros H; [simpl; exact (derive_const 0 t)|]. simpl map. rewrite sum_cons.
  apply (is_derive_ext (fun s => f s a + sum (map (f s) l))); [intros; symmetry; apply sum_cons|].
  apply derive_plus; [apply H; left; reflexivity|apply IH; intros b Hb; apply H; right; exact Hb].
Qed.

Lemma weighted_flat_map (A : Type) f (g : A -> list (nat * R)) l :
  weighted f (flat_map g l) = sum (map (fun a => weighted f (g a)) l).
Proof. induction l as [|a l IH]; [reflexivity|]. simpl flat_map. simpl map. rewrite weighted_app, IH, sum_cons. reflexivity. Qed.

Lemma Sum_smooth ts v : smooth (Sum ts) v.
Proof.
  intros V t dv Hv Hd. unfold Sum, value, partials in *. rewrite weighted_flat_map.
  apply (is_derive_ext (fun s => sum (map (term_value (V s)) ts))); [intros; symmetry; apply left_sum_sum|].
  apply (derive_sum term (fun s => term_value (V s))). intros e He.
  assert (H : forall j c, In (j, c) (term_partials v e) -> is_derive (fun s => V s j) t (dv j)).
  { intros j c Hj. apply (Hd j c). apply in_flat_map. exists e. split; assumption. }
  destruct e as [p j|p|p|c j|c]; simpl.
  - eapply same; [apply derive_mult; [apply (H p (v j)); left; reflexivity|apply (H j (v p)); right; left; reflexivity]|].
    cbv beta; rewrite ?Hv; ring.
  - eapply same; [apply (H p 1); left; reflexivity|cbv beta; ring].
  - eapply same; [apply derive_mult; [apply (H p 1); left; reflexivity|apply derive_const]|cbv beta; ring].
  - eapply same; [apply derive_mult; [apply derive_const|apply (H j c); left; reflexivity]|cbv beta; ring].
  - apply derive_const.
Qed.

Lemma Act_smooth f f' j v : is_derive f (v j) (f' (v j)) -> smooth (Act f f' j) v.
Proof.
  intros H V t dv Hv Hd. simpl in *.
  eapply same; [apply (derive_comp f (fun s => V s j)); [apply (Hd j (f' (v j))); left; reflexivity|rewrite Hv; exact H]|cbv beta; ring].
Qed.

(* A cost that is a multiple of a sum over pairs (output j, target y) of a loss. *)
Definition Cost (c : R) (loss loss' : R -> R -> R) (pairs : list (nat * R)) : node :=
  Node (fun v => c * left_sum (map (fun p => loss (snd p) (v (fst p))) pairs))
       (fun v => map (fun p => (fst p, c * loss' (snd p) (v (fst p)))) pairs).

Lemma Cost_smooth c loss loss' pairs v :
  (forall j y, In (j, y) pairs -> is_derive (loss y) (v j) (loss' y (v j))) -> smooth (Cost c loss loss' pairs) v.
Proof.
  intros H V t dv Hv Hd. unfold Cost, value, partials in *.
  apply (is_derive_ext (fun s => c * sum (map (fun p => loss (snd p) (V s (fst p))) pairs)));
    [intros; f_equal; symmetry; apply left_sum_sum|].
  eapply same.
  - apply derive_mult; [apply derive_const|].
    apply (derive_sum (nat * R) (fun s p => loss (snd p) (V s (fst p))) (fun p => loss' (snd p) (v (fst p)) * dv (fst p))).
    intros [j y] Hj. apply (derive_comp (loss y) (fun s => V s j)); [|rewrite Hv; apply (H j y Hj)].
    apply (Hd j (c * loss' y (v j))). apply in_map_iff. exists (j, y). split; [reflexivity|exact Hj].
  - cbv beta. rewrite Rmult_0_l, Rplus_0_l. clear. induction pairs as [|[j y] l IH]; [simpl; ring|].
    simpl map. rewrite sum_cons. simpl weighted. simpl fst in *. simpl snd in *. rewrite <- IH. ring.
Qed.

(* One output of a softmax group. *)
Definition softmax (zs : list R) (z : R) : R := exp z / left_sum (map exp zs).

Definition Soft (group : list nat) (j : nat) : node :=
  let a := fun v i => softmax (map v group) (v i) in
  Node (fun v => a v j) (fun v => (j, a v j) :: map (fun i => (i, - (a v j * a v i))) group).

Lemma exp_sum_pos l : l <> nil -> 0 < sum (map exp l).
Proof.
  induction l as [|x l IH]; [congruence|intros _]. simpl map. rewrite sum_cons. pose proof (exp_pos x).
  destruct l as [|y l]; [simpl; lra|]. pose proof (IH ltac:(congruence)). lra.
Qed.

Lemma softmax_pos zs z : zs <> nil -> 0 < softmax zs z.
Proof. intros H. unfold softmax. rewrite left_sum_sum. apply Rdiv_lt_0_compat; [apply exp_pos|apply exp_sum_pos, H]. Qed.

Lemma Soft_smooth group j v : group <> nil -> smooth (Soft group j) v.
Proof.
  intros Hg V t dv Hv Hd. unfold Soft, value, partials in *. unfold softmax in *.
  pose (E := fun s => sum (map (fun i => exp (V s i)) group)).
  assert (HE : forall s, left_sum (map exp (map (V s) group)) = E s) by (intros s; rewrite left_sum_sum, map_map; reflexivity).
  assert (Hpos : 0 < E t).
  { rewrite <- HE, left_sum_sum. apply exp_sum_pos. destruct group; [congruence|discriminate]. }
  assert (HEv : left_sum (map exp (map v group)) = E t).
  { rewrite <- HE. f_equal. f_equal. apply map_ext. intros i. rewrite Hv. reflexivity. }
  rewrite HEv in *.
  apply (is_derive_ext (fun s => exp (V s j) / E s)); [intros s; rewrite HE; reflexivity|].
  assert (Dexp : forall i, is_derive (fun s => V s i) t (dv i) -> is_derive (fun s => exp (V s i)) t (exp (v i) * dv i)).
  { intros i Hi. rewrite <- Hv. apply derive_exp, Hi. }
  assert (DE : is_derive E t (sum (map (fun i => exp (v i) * dv i) group))).
  { apply (derive_sum nat (fun s i => exp (V s i))). intros i Hi. apply Dexp.
    eapply Hd. right. apply in_map_iff. exists i. split; [reflexivity|exact Hi]. }
  eapply same.
  - apply derive_div; [apply Dexp; eapply Hd; left; reflexivity|exact DE|apply Rgt_not_eq, Hpos].
  - cbv beta. rewrite Hv.
    assert (W : weighted dv (map (fun i => (i, - (exp (v j) / E t * (exp (v i) / E t)))) group)
      = - (exp (v j) / E t / E t) * sum (map (fun i => exp (v i) * dv i) group)).
    { revert Hpos. generalize (E t). clear. intros c Hc. induction group as [|i l IH]; [simpl; ring|]. simpl map. rewrite sum_cons. simpl weighted. rewrite IH.
      field. apply Rgt_not_eq, Hc. }
    simpl weighted. rewrite W. unfold Rsqr. field. apply Rgt_not_eq, Hpos.
Qed.

(* The smooth activations. *)
Definition identity (z : R) : R := z.
Definition one (z : R) : R := 1.
Definition sigmoid (z : R) : R := / (1 + exp (- z)).
Definition sigmoid' (z : R) : R := sigmoid z * (1 - sigmoid z).
Definition tanh (z : R) : R := (exp z - exp (- z)) / (exp z + exp (- z)).
Definition tanh' (z : R) : R := 1 - tanh z ^ 2.
Definition softplus (z : R) : R := ln (1 + exp z).

Lemma identity_derive z : is_derive identity z (one z).
Proof. apply is_derive_Reals, derivable_pt_lim_id. Qed.

Lemma sigmoid_derive z : is_derive sigmoid z (sigmoid' z).
Proof.
  unfold sigmoid', sigmoid. pose proof (exp_pos (- z)) as H. assert (H0 : 1 + exp (- z) <> 0) by lra.
  apply (is_derive_ext (fun y => 1 / (1 + exp (- y)))); [intros y; apply Rmult_1_l|].
  eapply same; [apply derive_div; [apply derive_const|apply derive_plus; [apply derive_const|apply derive_exp, derive_minus_id]|exact H0]|].
  cbv beta. unfold Rsqr. field. exact H0.
Qed.

Lemma tanh_derive z : is_derive tanh z (tanh' z).
Proof.
  unfold tanh', tanh. pose proof (exp_pos z) as H. pose proof (exp_pos (- z)) as H'. assert (H0 : exp z + exp (- z) <> 0) by lra.
  pose proof (derive_exp _ z _ (derive_id z)) as D. pose proof (derive_exp _ z _ (derive_minus_id z)) as D'.
  apply (is_derive_ext (fun y => (exp y + - (1) * exp (- y)) / (exp y + exp (- y)))); [intros y; f_equal; ring|].
  eapply same; [apply derive_div; [apply derive_plus; [exact D|apply derive_mult; [apply derive_const|exact D']]|apply derive_plus; [exact D|exact D']|exact H0]|].
  cbv beta. unfold Rsqr. field. exact H0.
Qed.

Lemma softplus_derive z : is_derive softplus z (sigmoid z).
Proof.
  unfold softplus, sigmoid. pose proof (exp_pos z). rewrite exp_Ropp.
  eapply same; [apply derive_ln; [apply derive_plus; [apply derive_const|apply derive_exp, derive_id]|cbv beta; lra]|].
  cbv beta. field. lra.
Qed.

Lemma sigmoid_between z : 0 < sigmoid z < 1.
Proof.
  unfold sigmoid. pose proof (exp_pos (- z)). split; [apply Rinv_0_lt_compat; lra|].
  rewrite <- Rinv_1. apply Rinv_1_lt_contravar; lra.
Qed.

(* The rectifiers, off their kink. *)
Definition step (z : R) : R := if Rlt_dec 0 z then 1 else 0.
Definition relu (z : R) : R := if Rlt_dec 0 z then z else 0.
Definition leaky (c z : R) : R := if Rlt_dec 0 z then z else c * z.
Definition leaky' (c z : R) : R := step z + c * (1 - step z).

Lemma leaky_derive c z : z <> 0 -> is_derive (leaky c) z (leaky' c z).
Proof.
  intros Hz. unfold leaky', step. destruct (Rlt_dec 0 z) as [H|H].
  - apply (is_derive_ext_loc (fun y => y)).
    + exists (mkposreal z H). intros y Hy. unfold leaky. destruct (Rlt_dec 0 y) as [_|Hn]; [reflexivity|].
      apply Rabs_def2 in Hy. unfold minus, plus, opp in Hy. simpl in Hy. lra.
    + eapply same; [apply is_derive_Reals, derivable_pt_lim_id|ring].
  - assert (Hn : 0 < - z) by lra. apply (is_derive_ext_loc (fun y => c * y)).
    + exists (mkposreal (- z) Hn). intros y Hy. unfold leaky. destruct (Rlt_dec 0 y) as [Hp|_]; [|reflexivity].
      apply Rabs_def2 in Hy. unfold minus, plus, opp in Hy. simpl in Hy. lra.
    + eapply same; [apply is_derive_Reals, (derivable_pt_lim_scal id c), derivable_pt_lim_id|ring].
Qed.

Lemma relu_derive z : z <> 0 -> is_derive relu z (step z).
Proof.
  intros Hz. apply (is_derive_ext (leaky 0)).
  - intros y. unfold leaky, relu. destruct (Rlt_dec 0 y); [reflexivity|apply Rmult_0_l].
  - eapply same; [apply leaky_derive, Hz|unfold leaky'; ring].
Qed.

(* A rectifier whose alpha is learnt: the source p. *)
Definition Learnt (p j : nat) : node :=
  Node (fun v => leaky (v p) (v j)) (fun v => [(j, leaky' (v p) (v j)); (p, (1 - step (v j)) * v j)]).

Lemma Learnt_smooth p j v : v j <> 0 -> smooth (Learnt p j) v.
Proof.
  intros Hz V t dv Hv Hd. unfold Learnt, value, partials in *.
  assert (Dz : is_derive (fun s => V s j) t (dv j)) by (eapply Hd; left; reflexivity).
  assert (Dp : is_derive (fun s => V s p) t (dv p)) by (eapply Hd; right; left; reflexivity).
  assert (Dr : is_derive (fun s => relu (V s j)) t (step (v j) * dv j)).
  { apply (derive_comp relu (fun s => V s j)); [exact Dz|rewrite Hv; apply relu_derive, Hz]. }
  apply (is_derive_ext (fun s => relu (V s j) + V s p * (V s j + - (1) * relu (V s j)))).
  - intros s. unfold leaky, relu. destruct (Rlt_dec 0 (V s j)); simpl; ring.
  - eapply same; [apply derive_plus; [exact Dr|apply derive_mult; [exact Dp|apply derive_plus; [exact Dz|
      apply derive_mult; [apply derive_const|exact Dr]]]]|].
    cbv beta. rewrite !Hv. simpl weighted. unfold leaky', relu, step. destruct (Rlt_dec 0 (v j)); ring.
Qed.

(* The losses, one summand an output a with target y. *)
Definition square (y a : R) : R := (y - a) ^ 2.
Definition square' (y a : R) : R := - (2) * (y - a).
Definition entropy (y a : R) : R := y * ln a + (1 - y) * ln (1 - a).
Definition entropy' (y a : R) : R := y / a - (1 - y) / (1 - a).
Definition log_loss (y a : R) : R := y * ln a.
Definition log_loss' (y a : R) : R := y / a.

Lemma derive_less y a : is_derive (fun x => y - x) a (- (1)).
Proof. eapply same; [apply derive_plus; [apply derive_const|apply derive_minus_id]|ring]. Qed.

Lemma square_derive y a : is_derive (square y) a (square' y a).
Proof.
  unfold square, square'. apply (is_derive_ext (fun x => (y - x) * (y - x))); [intros; simpl; ring|].
  eapply same; [apply derive_mult; apply derive_less|cbv beta; ring].
Qed.

Lemma entropy_derive y a : 0 < a < 1 -> is_derive (entropy y) a (entropy' y a).
Proof.
  intros H. unfold entropy, entropy'. eapply same.
  - apply derive_plus; (apply derive_mult; [apply derive_const|apply derive_ln]); [apply derive_id|lra|apply derive_less|lra].
  - cbv beta. field. lra.
Qed.

Lemma log_loss_derive y a : 0 < a -> is_derive (log_loss y) a (log_loss' y a).
Proof.
  intros H. unfold log_loss, log_loss'. eapply same; [apply derive_mult; [apply derive_const|apply derive_ln; [apply derive_id|lra]]|].
  cbv beta. field. lra.
Qed.

(* A statement together with its proof, so that proofs of different statements make one list. *)
Inductive proved : Prop := Proved (statement : Prop) (proof : statement).
